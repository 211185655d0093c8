"""Around the pixels: the worked examples, questions, and the same tensor in PyTorch."""

import numpy as np

from engine.convolution.pixels import Settings
from engine.core import normalising, picture_scripts
from engine.core.lesson import Preset, Question, matrix_markdown

# A face of 28×28 pixels in two greys, as engine.core.drawings packs it.
SMILE = (
    "drawing:lVABDgAxBPMD__9lf-AUcyFZLiebpsYokQ8zt0GaqqGcNDZUPl5fUe3fohw8BzzC3_0yy-S8SbIu_Mc0R0IwZP9ExkJDNmJbUEEMHMPUKFvR"
    "VDs3sba0NnizBw"
)


def torch_code(settings: Settings) -> str:
    """A stand-alone script that loads the picture and makes the same tensor; it prints shape, mean and deviation."""
    lit = normalising.light_lines(settings.contrast, settings.brightness, settings.bits)
    return (
        picture_scripts.loading(settings.image, settings.size, settings.grey)
        + lit
        + normalising.SCALE_LINES[settings.scaling]
        + "\n"
        + ("" if settings.layout == "chw" else "tensor = tensor.permute(1, 2, 0).contiguous()  # (H, W, C)\n")
        + 'print("shape", tuple(tensor.shape), "mean", tensor.mean().item(), "std", tensor.std(correction=0).item())\n'
    )


def question(seed: int) -> Question:
    """One question; the kind goes round with the seed, the numbers come from it."""
    return KINDS[seed % len(KINDS)](np.random.default_rng(seed))


def count_of_inputs(rng: np.random.Generator) -> Question:
    """How many numbers a network gets."""
    height, width = (int(side) for side in rng.choice((24, 28, 32, 64, 128, 224), 2))
    channels = int(rng.choice((1, 3)))
    kind = "colour" if channels == 3 else "greyscale"
    return Question(
        prompt=f"How many numbers does a network get from a {kind} picture of {height}×{width} pixels?",
        answer=float(channels * height * width),
        worked=f"{channels} channel{'s' * (channels > 1)} × {height} × {width} = {channels * height * width:,}.",
        tolerance=0.5,
        hint="A colour picture stores red, green and blue for each pixel.",
    )


def memory(rng: np.random.Generator) -> Question:
    """Bytes in a file and as float32."""
    side, bits = int(rng.choice((32, 64, 128, 256))), int(rng.choice((1, 2, 4, 8)))
    size = 3 * side * side * bits // 8
    return Question(
        prompt=f"A colour picture of {side}×{side} pixels is stored with {bits} bit{'s' * (bits > 1)} for each channel "
        "of a pixel, without compression. How many bytes does it need?",
        answer=float(size),
        worked=f"3 · {side} · {side} · {bits} bits = {3 * side * side * bits:,} bits; eight make a byte: {size:,}. "
        f"As float32 numbers for a network it is {3 * side * side * 4:,} bytes.",
        tolerance=0.5,
        unit="bytes",
        hint="Count the values, multiply by the bits of each, and divide by 8.",
    )


def flat_index(rng: np.random.Generator) -> Question:
    """Where a value stands in memory."""
    height, width = (int(side) for side in rng.integers(4, 12, 2))
    channel, row, column = int(rng.integers(3)), int(rng.integers(height)), int(rng.integers(width))
    first = bool(rng.random() < 0.5)
    if first:
        shape, answer = f"(C, H, W) = (3, {height}, {width})", (channel * height + row) * width + column
        worked = f"({channel}·{height} + {row})·{width} + {column} = {answer}."
    else:
        shape, answer = f"(H, W, C) = ({height}, {width}, 3)", (row * width + column) * 3 + channel
        worked = f"({row}·{width} + {column})·3 + {channel} = {answer}."
    return Question(
        prompt=f"A picture lies in memory as {shape}. At which place, counted from 0, is channel {channel} of the "
        f"pixel in row {row}, column {column}?",
        answer=float(answer),
        worked=f"The last index runs fastest: {worked}",
        hint="Count how many values come before it: the last index runs fastest.",
    )


def normalised_value(rng: np.random.Generator) -> Question:
    """One byte by the usual rules."""
    byte = int(rng.integers(0, 256))
    name, shift, scale = (
        ("x/255 − 0.5", 0.5, 1.0),
        ("(x/255 − 0.1307)/0.3081, MNIST's constants", 0.1307, 0.3081),
        ("x/255", 0.0, 1.0),
    )[int(rng.integers(3))]
    answer = (byte / 255 - shift) / scale
    return Question(
        prompt=f"A pixel stores {byte}. What does the network get by {name}? Three decimals are enough.",
        answer=answer,
        worked=f"{byte}/255 = {byte / 255:.4f}, which makes {answer:.4f}.".replace("-", "−"),
        tolerance=0.002,
        hint="Divide by 255 first.",
    )


def standardised_value(rng: np.random.Generator) -> Question:
    """One pixel of a tiny picture, standardised."""
    patch = rng.choice(np.arange(0, 256, 5), (2, 2), replace=False).astype(float)
    mean, std = patch.mean(), patch.std()
    answer = (patch[0, 0] - mean) / std
    return Question(
        prompt=f"This picture is standardised: $(x - \\text{{mean}})/\\text{{std}}$, with the deviation over its four "
        f"pixels. What becomes of the first pixel? Two decimals are enough.\n\n$$x = {matrix_markdown(patch)}$$",
        answer=float(answer),
        worked=f"The mean is {mean:g}, the standard deviation √(mean of the squared differences) = {std:.3f}, "
        f"so ({patch[0, 0]:g} − {mean:g})/{std:.3f} = {answer:.3f}.".replace("-", "−"),
        tolerance=0.01,
        hint="Divide the sum of the squared differences by 4, not by 3, and take the root.",
    )


KINDS = (count_of_inputs, memory, flat_index, normalised_value, standardised_value)


PRESETS = (
    Preset(
        "cat-32",
        "Cat, 32×32",
        Settings(),
        "As small as the pictures of CIFAR-10: still a cat for you, 3,072 numbers for a network.",
    ),
    Preset(
        "digit",
        "A handwritten 7",
        Settings(image="digit:test:0", size=28, scaling="mnist"),
        "MNIST: 28×28 bytes, 0 is black. The constants are the mean and deviation of the whole training set.",
    ),
    Preset(
        "astronaut",
        "Colour, ImageNet's way",
        Settings(image="photo:astronaut", size=224, scaling="imagenet", row=56, column=112),
        "Three matrices. Networks trained on ImageNet expect each colour shifted and scaled by its own constants.",
    ),
    Preset(
        "dim",
        "Dim and flat",
        Settings(image="photo:coffee", size=128, brightness=-0.2, contrast=0.4, scaling="standardised"),
        "A badly lit picture: standardising takes brightness and contrast out again.",
    ),
    Preset(
        "two-levels",
        "One bit a pixel",
        Settings(image="photo:cameraman", size=256, bits=1, row=62, column=118),
        "Only black and white are left, and an eighth of the bytes.",
    ),
    Preset(
        "drawing",
        "A drawing",
        Settings(image=SMILE, size=28),
        "A drawing has the format of MNIST too. Make your own: its pixels become the input at once.",
    ),
    Preset(
        "checkerboard",
        "Checkerboard",
        Settings(image="pattern:checker", size=8, scaling="centred", row=4, column=4),
        "The smallest picture: every number fits on the screen. x/255 − 0.5 puts black below 0 and white above.",
    ),
)
