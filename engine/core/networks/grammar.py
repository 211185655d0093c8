"""Networks in the lectures' grammar, `INPUT -> [[CONV -> RELU]*N -> POOL?]*M -> [FC -> RELU]*K -> FC`, with sizes.

    INPUT 1x28x28 -> CONV 5x5 6 pad 2 -> RELU -> POOL 2x2 -> CONV 5x5 16 -> RELU -> POOL 2x2
    -> [FC 120 -> RELU]*1 -> FC 84 -> RELU -> FC 10

An arrow stands between layers, or a line break, or nothing. After a convolution stand its kernel and its number of
output channels, then where wanted `/2` (stride), `pad 1` or `pad same`, `dil 2`, `groups 4`, `no bias`; pooling takes
the maximum unless `AVG` is said, and its stride is its size. `GLOBAL AVG`, `BN`, `GN 4`, `DROPOUT 0.5`, activations by
name. `RES[ body | shortcut ]` adds, `BRANCH[ way | way ]` stacks channels, `IDENTITY` is a way without layers. `FC`
flattens maps by itself. A bracket with `*n` stands n times.
"""

from engine.core.networks.grammar_reading import Reader, Written
from engine.core.networks.grammar_tokens import GrammarError, tokens
from engine.core.networks.grammar_writing import write
from engine.core.networks.layer_checks import Shape
from engine.core.networks.layers import BatchNorm1d, BatchNorm2d, Flatten, Layer, Linear
from engine.core.networks.specification import Limits, Network, NetworkError, Path, check_input, visit

__all__ = ["WRITTEN", "GrammarError", "Limits", "parse", "write"]
# For texts that `write` made, which may be longer than what people write.
WRITTEN = Limits(characters=40_000)


def parse(text: str, *, input: tuple[int, int, int] | None = None, limits: Limits | None = None) -> Network:
    """The network of a text.

    >>> parse("INPUT 1x28x28 -> [CONV 5x5 6 pad 2 -> RELU -> POOL 2x2]*2 -> FC 10").output
    (10,)

    Args:
        text: see the module.
        input: channels, height, width where the text does not say it.
        limits: how large it may be.

    Raises:
        GrammarError: a sentence, the character and the layer that it is about.
    """
    limits = limits or Limits()
    reader = Reader(text, tokens(text, limits.characters))
    shape = reader.opening() or input
    if shape is None:
        raise GrammarError("Begin with INPUT, channels, height and width, such as INPUT 1x28x28.", text, 0)
    fitting = _Fitting(text, shape, limits)
    try:
        written = reader.whole()
    except GrammarError as error:
        raise fitting.interrupted(error, reader.done) from None
    return fitting.network(written)


class _Fitting:
    """Gives written layers their shapes, and makes the network."""

    def __init__(self, text: str, shape: Shape, limits: Limits) -> None:
        self.text, self.shape, self.limits = text, shape, limits
        self.fitted: tuple[Layer, ...] = ()
        self.places: dict[Path, int] = {}

    def network(self, written: tuple[Written, ...]) -> Network:
        """The whole."""
        try:
            check_input(self.shape)
            self.chain(written, self.shape, ())
            network = self.made()
            self.limits.check(network)
        except GrammarError:
            raise
        except NetworkError as error:
            raise self.error(error) from error
        return network

    def chain(self, written: tuple[Written, ...], given: Shape, path: Path) -> tuple[tuple[Layer, ...], Shape]:
        """The layers of a chain, and the shape that they make."""
        layers: tuple[Layer, ...] = ()
        for one in written:
            for layer in self.layers(one, given, path, len(layers)):
                given = visit(layer, given, (*path, len(layers)))[0].made
                layers = (*layers, layer)
                if not path:
                    self.fitted = layers
        return layers, given

    def layers(self, written: Written, given: Shape, path: Path, place: int) -> tuple[Layer, ...]:
        """One written layer for that input: a `Linear` on maps needs a `Flatten` first, a norm depends on the shape."""
        own = (*path, place)
        self.places[own] = self.places[(*path, place + 1)] = written.place
        ways = tuple(self.chain(way, given, (*own, index))[0] for index, way in enumerate(written.ways))
        layer = written.make(ways)
        if isinstance(layer, Linear) and len(given) == 3:
            return Flatten(), layer
        if isinstance(layer, BatchNorm2d) and len(given) == 1:
            return (BatchNorm1d(),)
        return (layer,)

    def error(self, error: NetworkError) -> GrammarError:
        """The same, with its character and what comes before."""
        sentence, (channels, height, width) = error.sentence, self.shape
        if error.given and channels == height > 4 and width in (1, 3):
            sentence += f" Channels come first: INPUT {width}x{channels}x{height}."
        before = self.before() if error.path else None
        return GrammarError(sentence, self.text, self.places.get(error.path, 0), error.path, error.given, before)

    def made(self) -> Network:
        """The network of what fits."""
        return Network((self.shape[0], self.shape[1], self.shape[2]), self.fitted)

    def before(self) -> Network | None:
        """The same where something went wrong; None if even that is too large."""
        try:
            return self.made()
        except NetworkError:
            return None

    def interrupted(self, error: GrammarError, done: tuple[Written, ...]) -> GrammarError:
        """A complaint about the text, with the layers that were read before it, as far as they fit."""
        try:
            check_input(self.shape)
            self.chain(done, self.shape, ())
        except NetworkError as misfit:
            if not misfit.path:
                return self.error(misfit)
        return GrammarError(error.sentence, self.text, error.place, (len(self.fitted),), None, self.before())
