"""The kernel variants in PyTorch: a stand-alone script for each view, which prints the lab's own numbers."""

from collections.abc import Callable

import numpy as np

from engine.convolution import kernel_variants_channels as channels
from engine.convolution import kernel_variants_dilated as dilated
from engine.convolution import kernel_variants_separable as separable
from engine.convolution import kernel_variants_stacked as stacked
from engine.convolution import kernel_variants_transposed as transposed
from engine.convolution.kernel_variants_settings import Settings
from engine.core import picture_scripts
from engine.core.code import literal, tensor


def torch_code(settings: Settings) -> str:
    """The script for the view that is looked at."""
    return SCRIPTS[settings.view](settings)


def _channels(s: Settings) -> str:
    """The layer with the weights of the page if they are few, else with torch's own."""
    mixed = channels.make(s)
    groups = f", groups={mixed.groups}" if mixed.groups > 1 and s.layer == "grouped" else ""
    options = "bias=False, dtype=torch.float64"
    if s.layer == "separable":
        parts = [
            f"    nn.Conv2d({s.inputs}, {s.inputs}, {s.size}, groups={s.inputs}, {options}),  # each channel by itself",
            f"    nn.Conv2d({s.inputs}, {s.outputs}, 1, {options}),  # then they are mixed at every pixel",
        ]
    else:
        size = 1 if s.layer == "pointwise" else s.size
        parts = [f"    nn.Conv2d({s.inputs}, {s.outputs}, {size}{groups}, {options}),"]
    lines = ["import torch", "from torch import nn", "", "layer = nn.Sequential(", *parts, ")"]
    if channels.drawable(s) and len(mixed.drawn) == s.outputs:
        lines += [tensor("image", mixed.image[None])]
        banks = [mixed.kernel] if s.layer != "separable" else [mixed.kernel, _four(mixed.mixing)]
        lines += ["with torch.no_grad():"]
        lines += [f"    layer[{i}].weight.copy_(torch.tensor({literal(bank)}))" for i, bank in enumerate(banks)]
    else:
        lines += [f"image = torch.rand(1, {s.inputs}, {s.side}, {s.side}, dtype=torch.float64)"]
    return "\n".join(
        [
            *lines,
            "output = layer(image)",
            "parameters = sum(weights.numel() for weights in layer.parameters())",
            "places = output.shape[2] * output.shape[3]",
            'print(tuple(output.shape[1:]), "parameters", parameters, "multiplications", parameters * places)',
            "print(output[0].detach())",
            "",
        ]
    )


def _four(mixing: np.ndarray | None) -> np.ndarray:
    """(O, C) → (O, C, 1, 1)."""
    return np.zeros((0, 0, 1, 1)) if mixing is None else mixing[:, :, None, None]


def _separable(s: Settings) -> str:
    kernel = separable.kernel_of(s)
    reach = len(kernel) // 2
    return picture_scripts.loading(s.image, separable.SIDE, grey=True) + "\n".join(
        [
            "x = x.double()",
            tensor("kernel", kernel),
            "left, singular, right = torch.linalg.svd(kernel)",
            f"kept = (left[:, :{s.kept}] * singular[:{s.kept}]) @ right[:{s.kept}]  # the best of that rank",
            f'padded = F.pad(x, ({reach}, {reach}, {reach}, {reach}), mode="replicate")',
            "whole, part = (F.conv2d(padded, each[None, None]) for each in (kernel, kept))",
            'print("rank", int(torch.linalg.matrix_rank(kernel, rtol=1e-7)), "singular values", singular.tolist())',
            'print("error on the photo", float((whole - part).norm() / whole.norm()))',
            "",
        ]
    )


def _stacked(s: Settings) -> str:
    result = stacked.make(s)
    names = stacked.NAMES[: len(result.kernels)]
    lines = ["import torch", "import torch.nn.functional as F", ""]
    lines += [tensor(name, part) for name, part in zip(names, result.kernels, strict=True)]
    return "\n".join(
        [
            *lines,
            "",
            "",
            "def composed(*parts):",
            '    """Cross-correlating with one after the other is cross-correlating with their full convolution."""',
            "    whole = parts[0][None, None]",
            "    for part in parts[1:]:",
            "        height, width = part.shape",
            "        whole = F.conv2d(whole, part.flip(0, 1)[None, None], padding=(height - 1, width - 1))",
            "    return whole[0, 0]",
            "",
            "",
            f"parts = ({', '.join(names)})",
            "moves = torch.autograd.functional.jacobian(composed, parts)  # one block for each kernel",
            "moves = torch.cat([block.flatten(2).flatten(0, 1) for block in moves], dim=1)",
            'print("coefficients, parameters", tuple(moves.shape))',
            'print("degrees of freedom", int(torch.linalg.matrix_rank(moves, rtol=1e-9)))',
            "print(composed(*parts))",
            "",
        ]
    )


def _dilated(s: Settings) -> str:
    rates = dilated.rates_of(s)
    field = len(dilated.paths(s.rate_size, rates))
    return "\n".join(
        [
            "import torch",
            "import torch.nn.functional as F",
            "",
            f"field = {field}  # 1 + the sum of dilation * (kernel - 1)",
            "x = torch.zeros(1, 1, field, field, requires_grad=True)",
            f"ones = torch.ones(1, 1, {s.rate_size}, {s.rate_size})",
            "y = x",
            f"for rate in {list(rates)}:",
            "    y = F.conv2d(y, ones, dilation=rate)",
            "y.sum().backward()  # one output cell is left; its gradient counts the paths from every input cell",
            'print("field", tuple(x.shape[2:]), "read", int((x.grad > 0).sum()))',
            "print(x.grad[0, 0])",
            "",
        ]
    )


def _transposed(s: Settings) -> str:
    image, kernel = transposed.image_of(s), transposed.kernel_of(s)
    numbers = f"stride={s.stride}, padding={s.padding}, output_padding={s.output_padding}, dilation={s.spread}"
    return "\n".join(
        [
            "import torch",
            "import torch.nn.functional as F",
            "",
            tensor("image", image[None, None]),
            tensor("kernel", kernel[None, None]),
            "",
            f"output = F.conv_transpose2d(image, kernel, {numbers})",
            "ones = torch.ones_like(image), torch.ones_like(kernel)  # how many prints lie on each cell",
            f"overlaps = F.conv_transpose2d(*ones, {numbers})",
            'print("overlaps", overlaps[0, 0])',
            "print(output[0, 0])",
            "",
        ]
    )


SCRIPTS: dict[str, Callable[[Settings], str]] = {
    "channels": _channels,
    "separable": _separable,
    "stacked": _stacked,
    "dilated": _dilated,
    "transposed": _transposed,
}
