"""What a network sees: a picture as a matrix of numbers, and the numbers after normalising."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.core import images, normalising
from engine.core.fields import Experiment, choice, flag, image, real, whole
from engine.core.trace import Grid, Moment, Span, Trace

FINEST = 512
COARSEST = 8
CROP = 6
CHANNEL_NAMES = ("red", "green", "blue")
# The arithmetic before and after the byte, as a step of the trace says it.
_CONSTANTS = ("(", "/255 − {shift}) / {scale}")
RULES = {
    "bytes": ("", ""),
    "unit": ("", "/255"),
    "centred": ("", "/255 − 0.5"),
    "standardised": _CONSTANTS,
    "mnist": _CONSTANTS,
    "imagenet": _CONSTANTS,
}
LAYOUTS = {"chw": "C, H, W", "hwc": "H, W, C"}


@dataclass(frozen=True)
class Settings(Experiment):
    """A picture, how finely it is stored, how it was lit, and how its numbers are given to the network."""

    image: str = image("photo:cat")
    size: int = whole(32, COARSEST, FINEST, "Resolution", "Width and height in pixels.")
    bits: int = whole(8, 1, 8, "Bits a value", "n bits can tell 2ⁿ intensities apart.")
    grey: bool = flag(False, "Grey", "One channel: 0.2126 R + 0.7152 G + 0.0722 B.")
    brightness: float = real(0, -0.5, 0.5, "Brightness", "Added to every pixel, as a share of the range.", 0.01)
    contrast: float = real(1, 0.25, 2, "Contrast", "Stretches the values about the middle grey.", 0.05)
    scaling: str = choice(
        "unit", normalising.SCALINGS, "Numbers for the network", "What is done to the bytes x before training."
    )
    layout: str = choice(
        "chw",
        LAYOUTS,
        "Layout in memory",
        "The last index runs fastest. PyTorch keeps channels apart; files and TensorFlow keep a pixel together.",
    )
    row: int = whole(12, 0, FINEST - 1, "Row", "Of the pixel in the middle of the crop.")
    column: int = whole(12, 0, FINEST - 1, "Column", "Of the pixel in the middle of the crop.")


@dataclass(frozen=True, eq=False)
class Seen:
    """A picture as a person, a file and a network have it.

    Args:
        title, credit: what it shows, and by whom.
        fine: (C, 512, 512) uint8, the picture at its finest, for comparison.
        values: (C, H, W) uint8, the picture after resolution, light and bit depth: the bytes x.
        tensor: float32, what the network gets: (C, H, W) or (H, W, C) by the layout.
        shift, scale: (C,) the tensor is (x/255 − shift) / scale in each channel.
        counts: (C, 256) how many pixels have each byte.
        mean, std: (C,) of the tensor's channels.
        corner: row and column of the crop's first pixel.
        crop: (C, h, w) float32, the tensor's numbers there, channels first whatever the layout.
        lost: root mean square difference from the picture at its finest, in bytes: what resolution and bits took.
        cut: share of the values that brightness and contrast pushed out of 0 … 255.
        moved: mean size of what brightness and contrast changed in the tensor.
        stored_bits: what the pixels need in a file without compression.
    """

    settings: Settings
    title: str
    credit: str
    fine: np.ndarray
    values: np.ndarray
    tensor: np.ndarray
    shift: np.ndarray
    scale: np.ndarray
    counts: np.ndarray
    mean: np.ndarray
    std: np.ndarray
    corner: tuple[int, int]
    crop: np.ndarray
    lost: float
    cut: float
    moved: float
    stored_bits: int

    def flat_index(self, channel: int, row: int, column: int) -> int:
        """Where the tensor keeps this value, counted from 0 in memory."""
        channels, height, width = self.values.shape
        if self.settings.layout == "chw":
            return (channel * height + row) * width + column
        return (row * width + column) * channels + channel


def see(settings: Settings) -> Seen:
    """Store the picture with the wanted resolution, light and bit depth, and turn it into a tensor.

    For pixels p in [0, 1]: x = quantise(clip(contrast · (p − 0.5) + 0.5 + brightness, 0, 1)), and the network gets
    (x/255 − shift) / scale.
    """
    channels = 1 if settings.grey else None
    loaded = images.load(settings.image, settings.size, channels=channels)
    fine = images.to_uint8(images.load(settings.image, FINEST, channels=channels).pixels)
    plain = normalising.quantise(loaded.pixels, settings.bits)
    lit = settings.contrast * (loaded.pixels - np.float32(0.5)) + np.float32(0.5 + settings.brightness)
    values = normalising.quantise(np.clip(lit, 0, 1), settings.bits)
    shift, scale = normalising.constants(values, settings.scaling)
    planes = normalising.normalise(values, shift, scale)
    unlit = normalising.normalise(plain, *normalising.constants(plain, settings.scaling))
    top, left = _corner(settings)
    return Seen(
        settings=settings,
        title=loaded.title,
        credit=loaded.credit,
        fine=fine,
        values=values,
        tensor=np.ascontiguousarray(np.moveaxis(planes, 0, -1)) if settings.layout == "hwc" else planes,
        shift=shift,
        scale=scale,
        counts=np.stack([np.bincount(plane.ravel(), minlength=normalising.LARGEST + 1) for plane in values]),
        mean=planes.mean(axis=(1, 2), dtype=np.float64),
        std=planes.std(axis=(1, 2), dtype=np.float64),
        corner=(top, left),
        crop=planes[:, top : top + CROP, left : left + CROP],
        lost=_lost(fine, plain),
        cut=float(np.mean((lit < 0) | (lit > 1))),
        moved=float(np.abs(planes - unlit).mean()),
        stored_bits=values.size * settings.bits,
    )


def _corner(settings: Settings) -> tuple[int, int]:
    """The first row and column of the crop, so that it lies in the picture with the wanted pixel near its middle."""
    last = max(settings.size - CROP, 0)
    return min(max(settings.row - CROP // 2, 0), last), min(max(settings.column - CROP // 2, 0), last)


def _lost(fine: np.ndarray, plain: np.ndarray) -> float:
    """Root mean square difference, in bytes, once every coarse pixel is drawn as a block over the fine picture."""
    place = ((np.arange(FINEST) + 0.5) * plain.shape[1] / FINEST).astype(
        int
    )  # the block about each fine pixel's middle
    drawn = plain[:, place][:, :, place].astype(np.float32)
    return float(np.sqrt(np.mean((drawn - fine) ** 2)))


def trace(seen: Seen) -> Trace:
    """The crop as numbers, bytes and what becomes of each: a step for every value, with its place in memory."""
    channels, height, width = seen.crop.shape
    top, left = seen.corner
    stored = seen.values[:, top : top + height, left : left + width].astype(float)
    names = CHANNEL_NAMES if channels == 3 else ("",)
    across, down = (tuple(map(str, range(start, start + count))) for start, count in ((left, width), (top, height)))
    look: dict[str, Any] = {"panel_titles": names, "row_labels": down, "column_labels": across}
    grids = (
        Grid("bytes", "In the file", stored[None], role="input", scale="grey", limits=(0, 255), **look),
        Grid("tensor", "For the network", seen.crop[None].astype(float), role="output", **_scale(seen), **look),
    )
    steps = tuple(_step(seen, *place) for place in np.ndindex(channels, height, width))
    first = f"{stored[0, 0, 0]:g} becomes {seen.crop[0, 0, 0]:.3g}"
    summary = (
        f"Rows {top} to {top + height - 1} and columns {left} to {left + width - 1} as numbers; the first, {first}, "
        f"and stands at place {seen.flat_index(0, top, left):,} of {seen.values.size:,} in memory."
    )
    return Trace(
        grids,
        steps,
        (("bytes",), ("tensor",)),
        summary.replace("-", "−"),
        digits=2 if seen.settings.scaling != "bytes" else 3,
    )


def _scale(seen: Seen) -> dict[str, Any]:
    """Grey from black to white where no number can be negative, else the scale with signs."""
    whitest = {"bytes": 255.0, "unit": 1.0}.get(seen.settings.scaling)
    return {"scale": "signed"} if whitest is None else {"scale": "grey", "limits": (0.0, whitest)}


def _step(seen: Seen, channel: int, i: int, j: int) -> Moment:
    """One byte normalised: x/255, less the shift, over the scale."""
    _, height, width = seen.crop.shape
    row, column, cell = seen.corner[0] + i, seen.corner[1] + j, (channel * height + i) * width + j
    made = float(seen.crop[channel, i, j])
    before, after = RULES[seen.settings.scaling]
    words = {"shift": f"{seen.shift[channel]:.4g}", "scale": f"{seen.scale[channel]:.4g}"}
    spans = (
        Span(before.format(**words)),
        Span(str(seen.values[channel, row, column]), "bytes"),
        Span(after.format(**words) + " = "),
        Span(f"{made:.4g}".replace("-", "−"), "tensor"),
    )
    place = f"Channel {channel}, row {row}, column {column}: place {seen.flat_index(channel, row, column):,} in memory."
    return Moment(spans, lit={"bytes": (cell,)}, writes=(("tensor", cell, made),), caption=place)


def answer(seen: Seen) -> tuple[str, str]:
    """What the network gets: how many numbers, and their mean and deviation over all channels."""
    tensor = seen.tensor
    count = " × ".join(map(str, tensor.shape)) + f" = {tensor.size:,} numbers"
    mean, std = round(float(tensor.mean(dtype=float)), 6), float(tensor.std(dtype=float))
    words = f"mean {mean + 0:.3g}, standard deviation {std:.3g}"
    return count, words.replace("-", "−")


def summary(seen: Seen) -> str:
    """What the settings cost and took, in words."""
    channels, height, width = seen.values.shape
    stored, fine = seen.stored_bits / 8, seen.fine.size
    words = [
        f"{seen.title}: {channels} × {height} × {width} = {seen.values.size:,} values need {stored:,.0f} bytes in a"
    ]
    words[0] += f" file and {4 * seen.values.size:,} as float32; at 512 × 512 it would be {fine:,}."
    if seen.lost:
        words.append(f"A value is off by {seen.lost:.1f} of 255 on average (root mean square) from the finest picture.")
    if seen.settings.brightness or seen.settings.contrast != 1:
        words.append(
            f"The light changes the network's numbers by {seen.moved:.3g} on average; {seen.cut:.0%} of the values ran"
            " out of the range and are lost for good."
        )
    return " ".join(words)
