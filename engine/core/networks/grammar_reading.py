"""Reads the lectures' grammar for networks: words and brackets first, shapes afterwards."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine.core.networks.grammar_advice import OUTSIDE, unknown
from engine.core.networks.grammar_layers import ALIASES, BLOCKS, LAYERS, OPTION_NAMES, OPTION_WORDS, Options
from engine.core.networks.grammar_tokens import GrammarError, Token
from engine.core.networks.layers import Layer
from engine.core.networks.specification import MOST_LAYERS

DEEPEST_BRACKETS = 16
PLACEHOLDERS = {"N", "M", "K"}
EMPTY = "IDENTITY"  # a way without layers


@dataclass(frozen=True)
class Written:
    """A layer as it stands in the text, before anyone knows its input.

    Args:
        make: makes the layer, from the chains inside it.
        place: where it begins.
        ways: what stands inside.
    """

    make: Callable[[tuple[tuple[Layer, ...], ...]], Layer]
    place: int
    ways: tuple[tuple["Written", ...], ...] = ()

    @property
    def count(self) -> int:
        """Layers, itself and those inside."""
        return 1 + sum(one.count for way in self.ways for one in way)


class Reader:
    """Goes through the pieces of a text once."""

    def __init__(self, text: str, pieces: list[Token]) -> None:
        self.text, self.pieces, self.at, self.depth = text, pieces, 0, 0
        self.done: tuple[Written, ...] = ()  # outside brackets, as far as reading went

    @property
    def token(self) -> Token:
        """The piece that is next."""
        return self.pieces[self.at]

    def error(self, sentence: str, place: int | None = None) -> GrammarError:
        """What to raise about a character, or about the next piece."""
        return GrammarError(sentence, self.text, self.token.place if place is None else place)

    def take(self, *texts: str) -> Token | None:
        """The next piece if it is one of these."""
        if self.token.text not in texts:
            return None
        self.at += 1
        return self.pieces[self.at - 1]

    def opening(self) -> tuple[int, ...] | None:
        """INPUT and its size, None if there is no size."""
        if not self.take("INPUT"):
            return None
        shape = None
        if self.token.kind in ("size", "number"):
            shape = tuple(int(float(side)) for side in self.token.text.split("X"))
            if len(shape) != 3:
                raise self.error("INPUT needs channels, height and width, such as INPUT 1x28x28.")
            self.at += 1
        if self.token.kind not in ("end", "arrow", "word") and self.token.text != "[":
            raise self.error("After INPUT stands its size, and then the first layer.")
        if self.token.kind == "arrow":
            self.at += 1
        return shape

    def whole(self) -> tuple[Written, ...]:
        """All layers; nothing may be left."""
        found = self.chain()
        if self.token.kind != "end":
            raise self.error(OUTSIDE[self.token.text])
        if not found:
            raise self.error("Write at least one layer.", 0)
        return found

    def chain(self) -> tuple[Written, ...]:
        """Layers until the text or a bracket ends, or the next way begins."""
        found: list[Written] = []
        while True:
            found += self.item()
            if not self.depth:
                self.done = tuple(found)
            if sum(one.count for one in found) > MOST_LAYERS:
                raise self.error(f"A network may have at most {MOST_LAYERS} layers.", found[-1].place)
            arrow = self.token.kind == "arrow"
            self.at += arrow
            if self.token.kind == "end" or self.token.text in ("]", "|"):
                if arrow:
                    raise self.error("A layer is missing after the arrow.", self.pieces[self.at - 1].place)
                return tuple(found)

    def item(self) -> list[Written]:
        """One layer, or a bracket of some, as often as it says."""
        start = self.token
        if start.text == "[":
            made = list(self.bracket(start, ways=False)[0])
        elif start.text == EMPTY:
            self.at += 1
            return []
        else:
            made = [self.layer()]
        brackets = self.pieces[self.at - 1].text == "]"
        star = self.take("*", "X")
        if not star:
            return made
        if not brackets:
            raise self.error("* repeats what stands in brackets: [CONV 3x3 8 -> RELU]*2.", star.place)
        count = self.times()
        if count * sum(one.count for one in made) > MOST_LAYERS:
            raise self.error(f"Repeated so often, these are more than {MOST_LAYERS} layers.", star.place)
        return made * count

    def times(self) -> int:
        """The number after *."""
        token = self.token
        if token.text in PLACEHOLDERS:
            raise self.error(f"{token.text} stands for a number: write one, such as *2.")
        if token.kind != "number" or not token.text.isdigit() or int(token.text) > MOST_LAYERS:
            raise self.error(f"After * stands how often the bracket comes, 0 to {MOST_LAYERS}.")
        self.at += 1
        return int(token.text)

    def bracket(self, start: Token, ways: bool) -> tuple[tuple[Written, ...], ...]:
        """What stands between [ and ], cut at | where there are ways."""
        if not self.take("["):
            raise self.error(f"After {start.text} stands a bracket: {BLOCKS[start.text].example}.")
        self.depth += 1
        if self.depth > DEEPEST_BRACKETS:
            raise self.error(f"Brackets go at most {DEEPEST_BRACKETS} deep.", start.place)
        found = [self.chain()]
        while ways and self.take("|"):
            found.append(self.chain())
        if self.token.text == "|":
            raise self.error(OUTSIDE["|"])
        if not self.take("]"):
            raise self.error("This bracket is never closed.", start.place)
        self.depth -= 1
        return tuple(found)

    def layer(self) -> Written:
        """One layer with its sizes, or with the ways inside it."""
        token = self.token
        name = ALIASES.get(token.text, token.text)
        if token.kind != "word" or name not in LAYERS | BLOCKS:
            raise self.error(unknown(token))
        self.at += 1
        if name in BLOCKS:
            return self.block(Token(token.kind, name, token.place))
        options = self.options(name, token)
        layer = self.made(token, lambda: LAYERS[name].make(options))
        return Written(lambda _: layer, token.place)

    def options(self, name: str, start: Token) -> Options:
        """What stands after a layer's name."""
        form, found = LAYERS[name], Options()
        while True:
            token = self.token
            option = token.kind if token.kind in ("size", "number") else OPTION_WORDS.get(token.text)
            if option is None:
                break
            said = OPTION_NAMES.get(option, option)
            if option not in form.takes:
                raise self.error(f"{name} takes no {said}: write {form.example}.")
            if option in found:
                raise self.error(f"{name} has its {said} twice.")
            found[option] = self.value(option, form.real)
        if self.token.text == "?":
            raise self.error("The question mark says that a layer may be left out: write it or leave it out.")
        if any(option not in found for option in form.needs):
            raise self.error(f"{name} is not complete: write {form.example}.", start.place)
        return found

    def value(self, option: str, real: bool) -> Any:
        """The value of one option, its word included; its number may be broken if the layer takes real ones."""
        token = self.token
        self.at += 1
        if option == "number":
            return float(token.text) if real else self.whole_number(token)
        if option == "size":
            return self.pair(token)
        if option in ("kind", "ceil_mode"):
            return token.text if option == "kind" else True
        if option == "bias":
            if not self.take("BIAS"):
                raise self.error("After NO stands BIAS.")
            return False
        if option == "padding" and self.take("SAME"):
            return "SAME"
        following = self.token
        if following.kind not in ("number", "size"):
            raise self.error(f"After {token.text} stands a number.")
        self.at += 1
        return self.whole_number(following) if option == "groups" else self.pair(following)

    def pair(self, token: Token) -> tuple[int, int]:
        """One number for both sides, or height x width."""
        if token.kind == "number":
            side = self.whole_number(token)
            return side, side
        sides = [int(side) for side in token.text.split("X")]
        if len(sides) != 2:
            raise self.error("A size is height x width, such as 3x3.", token.place)
        return sides[0], sides[1]

    def whole_number(self, token: Token) -> int:
        """A number without a fraction."""
        if not token.text.isdigit():
            raise self.error(f"A whole number is needed here, not {token.text}.", token.place)
        return int(token.text)

    def block(self, token: Token) -> Written:
        """RES or BRANCH."""
        ways = self.bracket(token, ways=True)
        kind = BLOCKS[token.text]
        if len(ways) > kind.most:
            raise self.error("RES has two ways: its body, and after | its shortcut.", token.place)
        return Written(lambda chains: self.made(token, lambda: kind.make(chains)), token.place, ways)

    def made(self, token: Token, make: Callable[[], Layer]) -> Layer:
        """What the function makes; its refusal is about that piece."""
        try:
            return make()
        except ValueError as error:
            said = token.text in str(error)  # the sentence names the layer by itself
            raise self.error(f"{token.text}: {error}".removeprefix(f"{token.text}: " * said), token.place) from error
