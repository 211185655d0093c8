"""The lines of a torch script that filter a picture `x` (1, C, H, W) and take the features of the result."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np

from engine.core import features, images, kernels


@runtime_checkable
class Wanted(Protocol):
    """What the features of a script are made with; see engine.core.features and engine.core.gabor."""

    @property
    def border(self) -> str: ...  # noqa: D102
    @property
    def derivative(self) -> str: ...  # noqa: D102
    @property
    def window(self) -> int: ...  # noqa: D102
    @property
    def k(self) -> float: ...  # noqa: D102
    @property
    def threshold(self) -> float: ...  # noqa: D102
    @property
    def orientations(self) -> int: ...  # noqa: D102
    @property
    def wavelengths(self) -> tuple[float, ...]: ...  # noqa: D102


CORRELATE = """

def correlate(x, kernel):
    \"\"\"Each channel by itself: groups = C. A batch of C grey pictures gives the same, several times slower.\"\"\"
    reach, channels = kernel.shape[-1] // 2, x.shape[1]
    x = F.pad(x, [reach] * 4, mode="{border}")
    return F.conv2d(x, kernel.expand(channels, 1, -1, -1), groups=channels)


"""
GRADIENT = """
slope = {slope}  # 1 for a ramp of 1 a pixel
across, down = correlate(x, slope), correlate(x, slope.T)
squares = across**2 + down**2
steepest = squares.argmax(dim=1, keepdim=True)  # in colour: the channel that changes fastest
magnitude = squares.gather(1, steepest).sqrt()
angle = torch.rad2deg(torch.atan2(down.gather(1, steepest), across.gather(1, steepest))) % 360
"""
HOG = """
place = angle % 180 / 20 - 0.5  # nine bins, centres 10, 30, ... 170 degrees
below, share = place.floor(), place - place.floor()
votes = torch.zeros(1, 9, *magnitude.shape[2:])
votes.scatter_add_(1, (below % 9).long(), (1 - share) * magnitude)
votes.scatter_add_(1, ((below + 1) % 9).long(), share * magnitude)
cells = F.avg_pool2d(votes, 8) * 64  # (1, 9, H / 8, W / 8)
blocks = F.unfold(cells, 2)  # (1, 36, blocks): 2x2 cells
blocks = (blocks / (blocks.square().sum(1, keepdim=True) + 1e-6).sqrt()).clamp(max=0.2)
blocks = blocks / (blocks.square().sum(1, keepdim=True) + 1e-6).sqrt()
print("descriptor:", blocks.numel(), "numbers, mean", blocks.mean().item())
"""
HARRIS = """
from scipy import ndimage

slope = {slope}
across, down = correlate(x, slope), correlate(x, slope.T)
products = torch.cat([(a * b).sum(1, keepdim=True) for a, b in ((across, across), (across, down), (down, down))], 1)
gaussian = {gaussian}
xx, xy, yy = correlate(products, gaussian)[0]
response = xx * yy - xy**2 - {k} * (xx + yy) ** 2
highest = F.max_pool2d(response[None, None], 3, stride=1, padding=1)[0, 0]
least = max({threshold} * response.max().item(), 1e-12)
top = (response > (1 - 1e-5) * highest) & (response > least)
corners = ndimage.label(top.numpy(), np.ones((3, 3)))[1]  # neighbours that are equal are one corner
print("corners:", corners, "largest response", response.max().item())
"""
GABOR = """
{grey}offsets = lambda size: torch.arange(size) - (size - 1) / 2
energy = []
for wavelength in {wavelengths}:
    size = 2 * int(np.ceil(1.5 * wavelength)) + 1
    across, down = offsets(size)[None, :], offsets(size)[:, None]
    hill = torch.exp(-(across**2 + down**2) / (2 * (wavelength / 2) ** 2))
    for angle in torch.arange({count}) * torch.pi / {count}:
        phase = 2 * torch.pi * (across * torch.cos(angle) + down * torch.sin(angle)) / wavelength
        even, odd = hill * torch.cos(phase), hill * torch.sin(phase)
        even = even - hill * even.sum() / hill.sum()
        scale = even.abs().sum()
        energy.append(torch.hypot(correlate(x, even / scale), correlate(x, odd / scale)))
energy = torch.cat(energy).view({scales}, {count}, *x.shape[2:])  # (wavelengths, orientations, H, W)
strength, strongest = energy.amax(0).max(0)
print("strength:", strength.mean().item(), "most frequent orientation:", strongest.mode().values.mode().values.item())
"""
OUTPUT = 'print("output", tuple(x.shape[1:]), "min", x.min().item(), "max", x.max().item(), "mean", x.mean().item())\n'


def filter_lines(chain: Sequence[np.ndarray], border: str) -> str:
    """`correlate`, and x run through each kernel of the chain."""
    lines = CORRELATE.format(border="constant" if border == "zeros" else border)
    for kernel in chain:
        lines += f"kernel = {tensor(kernel)}\nx = correlate(x, kernel)\n"
    return lines + OUTPUT


def tensor(values: np.ndarray) -> str:
    """A matrix as torch.tensor([...]), a row a line, eight digits: as much as float32 holds."""
    rows = ("[" + ", ".join(f"{value:.8g}" for value in row) + "]" for row in values)
    return "torch.tensor([\n    " + ",\n    ".join(rows) + ",\n], dtype=torch.float32)"


def nothing(_wanted: Wanted) -> str:
    """No lines: the filtered picture itself."""
    return ""


def gradient(wanted: Wanted) -> str:
    """The lines of features.gradient."""
    lines = GRADIENT.format(slope=tensor(features.DERIVATIVES[wanted.derivative]))
    return lines + 'print("steepest:", magnitude.max().item(), "mean:", magnitude.mean().item())\n'


def hog(wanted: Wanted) -> str:
    """The lines of features.hog."""
    return GRADIENT.format(slope=tensor(features.DERIVATIVES[wanted.derivative])) + HOG


def harris(wanted: Wanted) -> str:
    """The lines of features.harris."""
    return HARRIS.format(
        slope=tensor(features.DERIVATIVES[wanted.derivative]),
        gaussian=tensor(kernels.kernel("gaussian", wanted.window)),
        k=wanted.k,
        threshold=wanted.threshold,
    )


def gabor(wanted: Wanted) -> str:
    """The lines of gabor.gabor_bank."""
    luma = (
        f"x = (x * torch.tensor({list(images.LUMA)}).view(1, 3, 1, 1)).sum(1, keepdim=True) if x.shape[1] == 3 else x\n"
    )
    return GABOR.format(
        grey=luma, wavelengths=wanted.wavelengths, count=wanted.orientations, scales=len(wanted.wavelengths)
    )
