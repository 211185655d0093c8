"""The plain values an experiment is made of: each field knows its range, its words, and its form in a link.

A lab's `Settings` is a frozen dataclass whose defaults are made here:

    @dataclass(frozen=True)
    class Settings(Experiment):
        stride: int = whole(1, 1, 8, "Stride", "How far the window moves.")
        padding_mode: str = choice("zeros", PADDING_MODES, "Padding mode")

Making one with a bad value raises `ValueError` with a sentence for the student.
"""

import dataclasses
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, cast

S = TypeVar("S", bound="Experiment")
Edit = tuple[int, int, int, float]
MOST_EDITS = 512
LARGEST_SEED = 2**31 - 1


@dataclass(frozen=True)
class Field:
    """What one value of a Settings may be, and how it is said.

    Args:
        kind: whole, real, choice, flag, text, edits, reals, image or seed: decides the control.
        label: the field's standard name, as it stands beside its control.
        help: one sentence more.
        check: returns the value in its plain type, or raises ValueError with a sentence.
        encode, decode: to and from the text in a link.
        low, high, step: for numbers.
        choices: for a choice: name to what the student reads.
    """

    kind: str
    label: str
    help: str
    check: Callable[[Any], Any]
    encode: Callable[[Any], str]
    decode: Callable[[str], Any]
    low: float = 0.0
    high: float = 0.0
    step: float = 1.0
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Experiment:
    """Base of every lab's Settings: checks each field when it is made."""

    def __post_init__(self) -> None:
        for name, field in fields_of(type(self)).items():
            object.__setattr__(self, name, field.check(getattr(self, name)))

    def but(self: S, **changes: Any) -> S:
        """The same experiment with some fields changed."""
        return dataclasses.replace(self, **changes)


def fields_of(settings: type[Experiment]) -> dict[str, Field]:
    """The fields of a Settings class by name, in order."""
    return {item.name: item.metadata["field"] for item in dataclasses.fields(settings)}


def encode(settings: Experiment) -> dict[str, str]:
    """The values that differ from the defaults, as texts for a link."""
    default = type(settings)()
    return {
        name: field.encode(getattr(settings, name))
        for name, field in fields_of(type(settings)).items()
        if getattr(settings, name) != getattr(default, name)
    }


def decode(settings: type[S], texts: Mapping[str, str]) -> tuple[S, tuple[str, ...]]:
    """Settings from the texts of a link; a bad one keeps its default and gives a sentence, an unknown name nothing."""
    values: dict[str, Any] = {}
    sentences = []
    for name, field in fields_of(settings).items():
        if name not in texts:
            continue
        try:
            values[name] = field.check(field.decode(texts[name][:20_000]))
        except (ValueError, OverflowError) as error:
            sentences.append(f"{field.label} in the link was not usable and has its default: {error}")
    return settings(**values), tuple(sentences)


def _made(default: Any, field: Field) -> Any:
    return dataclasses.field(default=field.check(default), metadata={"field": field})


def _plain(value: float) -> str:
    return f"{value:.10g}"


def _is_whole(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and float(value).is_integer()


def whole(default: int, low: int, high: int, label: str, help: str = "", step: int = 1) -> Any:
    """An integer in low … high, on the grid low, low + step, …"""

    def check(value: Any) -> int:
        if not _is_whole(value):
            raise ValueError(f"{label} must be a whole number.")
        if not low <= value <= high:
            raise ValueError(f"{label} must lie between {low} and {high}, not {int(value)}.")
        if (int(value) - low) % step:
            raise ValueError(f"{label} must be {low}, {low + step}, {low + 2 * step} and so on, not {int(value)}.")
        return int(value)

    def read(text: str) -> int:
        try:
            return int(text)
        except ValueError:
            raise ValueError(f"{label} must be a whole number.") from None

    return _made(default, Field("whole", label, help, check, str, read, low, high, step))


def _number(text: str, label: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"{label} must be a number.") from None


def real(default: float, low: float, high: float, label: str, help: str = "", step: float = 0.1) -> Any:
    """A finite number in low … high."""

    def check(value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            raise ValueError(f"{label} must be a number.")
        if not low <= value <= high:
            raise ValueError(f"{label} must lie between {low:g} and {high:g}, not {value:g}.")
        return float(value)

    return _made(default, Field("real", label, help, check, _plain, lambda text: _number(text, label), low, high, step))


def choice(default: str, choices: Mapping[str, Any] | Iterable[str], label: str, help: str = "") -> Any:
    """One of a table's names; a table of strings gives what the student reads for each name."""
    table = dict(choices) if isinstance(choices, Mapping) else {name: name for name in choices}
    shown = tuple((name, words if isinstance(words, str) else name.replace("_", " ")) for name, words in table.items())

    def check(value: Any) -> str:
        if not isinstance(value, str) or value not in table:
            raise ValueError(f"{label} must be one of {', '.join(table)}.")
        return value

    return _made(default, Field("choice", label, help, check, str, str, choices=shown))


def flag(default: bool, label: str, help: str = "") -> Any:
    """Yes or no."""

    def check(value: Any) -> bool:
        if not isinstance(value, bool):
            raise ValueError(f"{label} must be on or off.")
        return value

    def read(text: str) -> bool:
        if text not in ("0", "1"):
            raise ValueError(f"{label} must be 1 or 0.")
        return text == "1"

    return _made(default, Field("flag", label, help, check, lambda value: str(int(value)), read))


def text(default: str, longest: int, label: str, help: str = "", parse: Callable[[str], object] | None = None) -> Any:
    """Free text for a parser. A reader keeps a text that `parse` refuses, to mend it; a link with one is refused."""

    def check(value: Any) -> str:
        if not isinstance(value, str) or len(value) > longest:
            raise ValueError(f"{label} may have at most {longest} characters.")
        return value

    def read(words: str) -> str:
        if parse:
            parse(words)
        return words

    return _made(default, Field("text", label, help, check, str, read))


def reals(default: tuple[float, ...], most: int, limit: float, label: str, help: str = "") -> Any:
    """A tuple of up to `most` numbers between −limit and limit."""

    def check(value: Any) -> tuple[float, ...]:
        if not isinstance(value, (tuple, list)) or len(value) > most:
            raise ValueError(f"{label} may hold at most {most} numbers.")
        for item in value:
            if isinstance(item, bool) or not isinstance(item, (int, float)) or not abs(item) <= limit:
                raise ValueError(f"{label} holds something that is not a number between {-limit:g} and {limit:g}.")
        return tuple(float(item) for item in value)

    def read(words: str) -> tuple[float, ...]:
        return tuple(_number(word, label) for word in words.split("_")) if words else ()

    return _made(
        default, Field("reals", label, help, check, lambda value: "_".join(map(_plain, value)), read, -limit, limit)
    )


def edits(limit: float, label: str, help: str = "") -> Any:
    """Single cells given another value: a tuple of (panel, row, column, value), the last one wins."""

    def check(value: Any) -> tuple[Edit, ...]:
        if not isinstance(value, (tuple, list)) or len(value) > MOST_EDITS:
            raise ValueError(f"{label} may hold at most {MOST_EDITS} changed cells.")
        kept: dict[tuple[int, ...], float] = {}
        for item in value:
            if len(item) != 4 or not all(_is_whole(place) and 0 <= place < 4096 for place in item[:3]):
                raise ValueError(f"{label} names a cell that cannot be.")
            if not abs(item[3]) <= limit:
                raise ValueError(f"{label} holds a value that is not between {-limit:g} and {limit:g}.")
            kept[tuple(int(place) for place in item[:3])] = float(item[3])
        return cast(tuple[Edit, ...], tuple((*place, number) for place, number in kept.items()))

    def read(words: str) -> tuple[Any, ...]:
        return tuple(tuple(_number(word, label) for word in cell.split("_")) for cell in words.split("~") if cell)

    def write(value: tuple[Edit, ...]) -> str:
        return "~".join(f"{panel}_{row}_{column}_{_plain(number)}" for panel, row, column, number in value)

    return _made((), Field("edits", label, help, check, write, read, -limit, limit))


def image(default: str, label: str = "Image", help: str = "") -> Any:
    """A reference to an image, see `engine.core.images`."""

    def check(value: Any) -> str:
        from engine.core import images

        if not isinstance(value, str):
            raise ValueError("An image is named by a text such as photo:cat.")
        images.validate(value)
        return value

    return _made(default, Field("image", label, help, check, str, str))


def seed(default: int = 0, label: str = "Seed") -> Any:
    """The number that all randomness of the experiment comes from."""
    return whole(default, 0, LARGEST_SEED, label, "The same seed gives the same numbers again.")
