"""The worked examples of the kernel variants: those of the lectures first, then more for each view."""

from dataclasses import replace

from engine.convolution.kernel_variants_settings import SLOTS, Settings
from engine.core.lesson import Preset

_MAPS = Settings(side=12, inputs=3, outputs=256, size=5)
_SEPARABLE = Settings(view="separable")
_STACKED = Settings(view="stacked")
_DILATED = Settings(view="dilated")
_TRANSPOSED = Settings(view="transposed")
_SAME = tuple(
    (SLOTS[name], row, column, float((2 - abs(row - 1)) * (2 - abs(column - 1))))
    for name in ("first", "second")
    for row in range(3)
    for column in range(3)
)


def _guide(number: int, size: int, k: int, stride: int, padding: int, more: int, note: str) -> Preset:
    """A relationship of the guide, by the numbers of its figure."""
    settings = _TRANSPOSED.but(
        coarse=size, stamp_size=k, stride=stride, padding=padding, output_padding=more, method="zeros"
    )
    return Preset(f"guide-{number}", f"R{number}", settings, f"Relationship {number} of the guide: {note}")


_LECTURES: tuple[Preset, ...] = (
    Preset(
        "maps",
        "256 maps",
        _MAPS,
        "256 kernels of 5 × 5 × 3 at 8 × 8 places: 1,228,800 multiplications.",
    ),
    Preset(
        "maps-separable",
        "256 maps, separable",
        _MAPS.but(layer="separable"),
        "4,800 depthwise + 49,152 pointwise = 53,952 multiplications. Open the measured times before you cheer.",
    ),
    Preset("sobel", "Sobel", _SEPARABLE, "[1 2 1]ᵀ × [−1 0 1]: rank 1, so two passes of 3 do the work of 9."),
    Preset(
        "two",
        "3 × 3 twice",
        _STACKED,
        "25 coefficients, 18 parameters; the slide says 18 degrees of freedom. Scale moves between the two, so 17.",
    ),
    Preset(
        "strips",
        "3 × 1, 1 × 3",
        _STACKED.but(stack="strips"),
        "9 coefficients, 6 parameters; the slide says 6 degrees of freedom. Scale moves between the two, so 5.",
    ),
    Preset("growing", "1, 2, 4", _DILATED, "3 × 3 three times, the field doubling: 3, 7, 15, and nothing left out."),
    Preset(
        "gridding",
        "2, 2, 2",
        _DILATED.but(rates=(2, 2, 2), image="pattern:zone"),
        "Four grids that never meet: 49 of 169 cells are read, and fine rings go through as if they were coarse.",
    ),
    Preset("plain", "2 × 2 → 4 × 4", _TRANSPOSED, "Four prints of 3 × 3, one apart. Relationship 8 of the guide."),
    Preset(
        "checkerboard",
        "Checkerboard",
        _TRANSPOSED.but(coarse=6, stride=2),
        "2 does not divide 3: a cell gets 1, 2 or 4 prints.",
    ),
)
_BY_VIEW: dict[str, tuple[Preset, ...]] = {
    "channels": (
        Preset("full", "Full", Settings(), "Every output channel reads every input channel: a kernel for each pair."),
        Preset(
            "groups", "2 groups", Settings(groups="2"), "Half of the pairs are gone, and half of the multiplications."
        ),
        Preset(
            "depthwise", "Depthwise", Settings(groups="4"), "As many groups as channels: each kernel reads one channel."
        ),
        Preset("pointwise", "1 × 1", Settings(layer="pointwise"), "No neighbours at all: a matrix times each pixel."),
        Preset(
            "depthwise-pointwise",
            "Depthwise + 1 × 1",
            Settings(layer="separable"),
            "First where, then what: filter each channel, then mix them.",
        ),
        Preset(
            "wide",
            "64 channels",
            Settings(side=56, inputs=64, outputs=64, groups="64"),
            "Depthwise takes 1/64 of the multiplications, but not 1/64 of the time: open the measured times.",
        ),
    ),
    "separable": (
        Preset(
            "gauss", "Gaussian", _SEPARABLE.but(filter="gaussian", filter_size=9), "Rank 1: 18 products instead of 81."
        ),
        Preset(
            "laplacian",
            "Laplacian",
            _SEPARABLE.but(filter="laplacian_4"),
            "Rank 2. Rank 1 leaves out a tenth of the kernel, but no longer sums to 0: brightness drowns the edges.",
        ),
        Preset(
            "blob",
            "Laplacian of Gaussian",
            _SEPARABLE.but(filter="log", filter_size=9, kept=2),
            "Rank 3, but two pieces leave under one per cent.",
        ),
        Preset(
            "gabor",
            "Gabor",
            _SEPARABLE.but(filter="gabor", filter_size=11, kept=1),
            "Slanted stripes are no outer product: rank 1 draws a lattice. Keep 2.",
        ),
    ),
    "stacked": (
        Preset(
            "three", "3 × 3 three times", _STACKED.but(stack_layers=3), "As far as 7 × 7: 27C² weights against 49C²."
        ),
        Preset(
            "same",
            "Twice the same",
            _STACKED.but(changes=_SAME),
            "Two equal kernels: what one can do the other can too, and only 9 directions are left here.",
        ),
    ),
    "dilated": (
        Preset(
            "sawtooth",
            "1, 2, 3",
            _DILATED.but(rates=(1, 2, 3), image="pattern:zone"),
            "As wide as 2, 2, 2, without a gap: rates with no common divisor.",
        ),
    ),
    "transposed": (
        Preset(
            "zeros",
            "The same with zeros",
            _TRANSPOSED.but(method="zeros"),
            "The same numbers by an ordinary convolution over a margin of zeros, the kernel turned.",
        ),
        Preset(
            "even", "Even", _TRANSPOSED.but(coarse=6, stride=2, stamp_size=4), "2 divides 4: every cell gets 4 prints."
        ),
        Preset(
            "bilinear",
            "Bilinear",
            _TRANSPOSED.but(coarse=5, stride=2, padding=1, stamp="bilinear"),
            "¼ ¾ ¾ ¼ in both directions: this transposed convolution is bilinear interpolation.",
        ),
        _guide(9, 6, 4, 1, 2, 0, "padding cuts the ends off: 6 becomes 5."),
        _guide(10, 5, 3, 1, 1, 0, "half padding keeps the size: 5 stays 5."),
        _guide(11, 7, 3, 1, 2, 0, "full padding shrinks: 7 becomes 5."),
        _guide(12, 2, 3, 2, 0, 0, "a stride puts zeros between the cells: 2 becomes 5."),
        _guide(13, 3, 3, 2, 1, 0, "stride and padding: 3 becomes 5."),
        _guide(
            14, 3, 3, 2, 1, 1, "the same with one more row and column: 3 becomes 6, since 5 and 6 both shrink to 3."
        ),
    ),
}
PRESETS = (*_LECTURES, *(replace(preset, part=view) for view, group in _BY_VIEW.items() for preset in group))
