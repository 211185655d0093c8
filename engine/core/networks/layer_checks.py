"""Shapes between layers in words, and what every layer checks of its numbers and of its input."""

from math import isfinite

# Of one image: (C, H, W) for maps, (features,) for a vector.
Shape = tuple[int, ...]
DECIMALS = 6  # of the numbers that shape a layer, such as a dropout of 0.25


class MisfitError(ValueError):
    """Why a layer cannot stand where it stands: the end of a sentence that began with its name and its input."""


def shape_words(shape: Shape) -> str:
    """A shape as it is written.

    >>> shape_words((16, 4, 4)), shape_words((120,))
    ('16×4×4', 'a vector of 120')
    """
    return f"a vector of {shape[0]}" if len(shape) == 1 else "×".join(map(str, shape))


def need_maps(given: Shape) -> None:
    """Refuse a vector."""
    if len(given) != 3:
        raise MisfitError("but it takes maps, which end at the first FC or FLATTEN")


def need_vector(given: Shape) -> None:
    """Refuse maps."""
    if len(given) != 1:
        raise MisfitError("but it takes a vector: FLATTEN must stand before it")


def check_whole(name: str, value: int, low: int, high: int) -> None:
    """Refuse what is not a whole number in low … high."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ValueError(f"{name} must be a whole number from {low} to {high}, not {value}.")


def check_real(name: str, value: float | None, low: float, high: float) -> float:
    """The number, to six decimals; refuse what is not in low … high."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value) or not low <= value <= high:
        raise ValueError(f"The number of {name} must lie between {low:g} and {high:g}, not {value}.")
    return round(float(value), DECIMALS)


def number(value: float) -> str:
    """A number without a trailing zero or an exponent.

    >>> number(0.5), number(1.0), number(0.00001)
    ('0.5', '1', '0.00001')
    """
    return f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".")
