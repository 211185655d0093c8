"""Random networks that fit, for hypothesis."""

from hypothesis import strategies as st

from engine.core.networks.activations import ACTIVATIONS
from engine.core.networks.layer_checks import Shape
from engine.core.networks.layers import Activation, BatchNorm1d, BatchNorm2d, Dropout, Flatten, GroupNorm, Layer, Linear
from engine.core.networks.meetings import Branches, Residual
from engine.core.networks.sliding import AdaptiveAvgPool2d, AdaptiveMaxPool2d, AvgPool2d, Conv2d, MaxPool2d
from engine.core.networks.specification import Network, NetworkError, visit

sides = st.integers(1, 4)
pairs = st.tuples(sides, sides)
small = st.tuples(st.integers(1, 2), st.integers(1, 2))


@st.composite
def convolutions(draw, given: Shape) -> Layer:
    groups = draw(st.sampled_from([count for count in range(1, given[0] + 1) if given[0] % count == 0]))
    padding = draw(st.tuples(st.integers(0, 3), st.integers(0, 3)))
    outputs = groups * draw(st.integers(1, 3))
    return Conv2d(outputs, draw(pairs), draw(small), padding, draw(small), groups, draw(st.booleans()))


@st.composite
def poolings(draw) -> Layer:
    kernel = draw(pairs)
    padding = draw(st.tuples(*(st.integers(0, side // 2) for side in kernel)))
    stride, ceil = draw(st.one_of(st.none(), pairs)), draw(st.booleans())
    if draw(st.booleans()):
        return MaxPool2d(kernel, stride, padding, draw(small), ceil)
    return AvgPool2d(kernel, stride, padding, ceil)


@st.composite
def activations(draw) -> Layer:
    name = draw(st.sampled_from(sorted(ACTIVATIONS)))
    value = draw(st.one_of(st.none(), st.floats(0, 10))) if ACTIVATIONS[name].argument else None
    return Activation(name, value)


@st.composite
def anywhere(draw, given: Shape) -> Layer:
    groups = draw(st.sampled_from([count for count in range(1, min(given[0], 8) + 1) if given[0] % count == 0]))
    return draw(
        st.one_of(
            activations(),
            st.builds(Dropout, st.floats(0, 0.9)),
            st.just(Flatten()),
            st.just(GroupNorm(groups)),
            st.just(BatchNorm2d() if len(given) == 3 else BatchNorm1d()),
        )
    )


@st.composite
def layers(draw, given: Shape, depth: int) -> Layer:
    """A layer that may or may not fit."""
    if depth and draw(st.integers(0, 3)) == 0:
        return draw(blocks(given, depth - 1))
    if len(given) == 1:
        return draw(st.one_of(anywhere(given), st.builds(Linear, st.integers(1, 6), st.booleans())))
    adaptive = st.sampled_from((AdaptiveAvgPool2d, AdaptiveMaxPool2d)).flatmap(lambda kind: st.builds(kind, pairs))
    return draw(st.one_of(convolutions(given), convolutions(given), poolings(), adaptive, anywhere(given)))


@st.composite
def blocks(draw, given: Shape, depth: int) -> Layer:
    """A residual whose ways meet, or branches that do."""
    body, made = draw(chains(given, depth, 1, 3))
    if len(made) == 1 and made[0] > 1000:
        return Residual((Activation("ReLU"),))
    if draw(st.booleans()):
        if made == given and draw(st.booleans()):
            return Residual(body)
        return Residual(body, bridge(given, made))
    ways = [body, () if made[1:] == given[1:] and len(made) == len(given) else bridge(given, made)]
    if draw(st.booleans()):
        other, end = draw(chains(given, depth, 1, 2))
        if len(end) >= len(made):
            ways.append((*other, *bridge(end, made)))
    return Branches(tuple(ways))


def bridge(given: Shape, made: Shape) -> tuple[Layer, ...]:
    """Layers from one shape to another."""
    if len(given) == 1:
        return (Linear(made[0]),)
    if len(made) == 1:
        return Flatten(), Linear(made[0], False)
    return AdaptiveAvgPool2d(made[1:]), Conv2d(made[0], (1, 1))


@st.composite
def chains(draw, given: Shape, depth: int, least: int, most: int) -> tuple[tuple[Layer, ...], Shape]:
    """Layers that fit one after the other, and the shape that they make."""
    found = []
    for _ in range(draw(st.integers(least, most))):
        layer = draw(layers(given, depth))
        try:
            given = visit(layer, given, (0,))[0].made
        except NetworkError:
            layer = Activation("ReLU")
        found.append(layer)
    return tuple(found), given


@st.composite
def networks(draw, depth: int = 2, most: int = 6) -> Network:
    """A network on a small image."""
    image = (draw(st.integers(1, 4)), draw(st.integers(1, 12)), draw(st.integers(1, 12)))
    return Network(image, draw(chains(image, depth, 1, most))[0])


@st.composite
def odd(draw, stride: int, outputs: int) -> Layer:
    """A convolution that keeps the size, but for its stride."""
    kernel = draw(st.tuples(*(st.sampled_from((1, 3, 5)),) * 2))
    dilation = draw(small)
    padding = tuple(d * (k - 1) // 2 for d, k in zip(dilation, kernel, strict=True))
    return Conv2d(outputs, kernel, (stride, stride), padding, dilation)


@st.composite
def linear_layers(draw, channels: int) -> Layer:
    """A layer through which a gradient shows all that is seen; it makes that many channels."""
    stride = draw(st.sampled_from((1, 1, 2)))
    kind = draw(st.integers(0, 3))
    if kind == 0:
        return AvgPool2d(draw(st.tuples(*(st.integers(1, 3),) * 2)), (stride, stride))
    if kind == 1:
        return Residual(
            (draw(odd(1, 2)), Activation("ReLU"), draw(odd(stride, channels))), (draw(odd(stride, channels)),)
        )
    if kind == 2:
        return Branches(((draw(odd(stride, 1)),), (draw(odd(1, 2)), draw(odd(stride, channels - 1)))))
    return draw(odd(stride, channels))


@st.composite
def linear_networks(draw, side: int = 64) -> Network:
    """A network that is a sum of its inputs with positive weights, if its weights are positive."""
    return Network((2, side, side), tuple(draw(st.lists(linear_layers(2), min_size=1, max_size=4))))
