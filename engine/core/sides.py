"""How long the output is along one side: convolution, pooling, transposed convolution, as torch counts.

What torch refuses is refused with a sentence.

Reference: V. Dumoulin, F. Visin, "A guide to convolution arithmetic for deep learning", 2016; torch.nn.
"""

Pair = tuple[int, int]


def output_size(size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    """How many places the kernel has along one side: ⌊(size + 2·padding − dilation·(kernel − 1) − 1) / stride⌋ + 1.

    >>> output_size(7, 3, stride=2)
    3

    Raises:
        ValueError: the window is longer than the padded input, so that it has no place at all.

    Reference: V. Dumoulin, F. Visin, "A guide to convolution arithmetic for deep learning", 2016, sections 2.4 and 5.1.
    """
    window = dilation * (kernel - 1) + 1
    padded = size + 2 * padding
    if window > padded:
        raise ValueError(_does_not_fit(size, kernel, padding, dilation))
    return (padded - window) // stride + 1


def pooled_size(
    size: int,
    kernel: int,
    stride: int | None = None,
    padding: int = 0,
    dilation: int = 1,
    ceil_mode: bool = False,
) -> int:
    """How many windows pooling has along one side: as a convolution, or with the ceiling in place of the floor.

    With `ceil_mode` a window may hang over the far end, but none may start beyond the input and its near padding.
    The stride is the kernel's side if it is not given, so that windows do not overlap.

    >>> pooled_size(5, 2), pooled_size(5, 2, ceil_mode=True)
    (2, 3)

    Raises:
        ValueError: no window fits, or the padding is more than half a kernel: a window could then see padding only.
    """
    stride = stride or kernel
    window = dilation * (kernel - 1) + 1
    if padding > kernel // 2:
        raise ValueError(
            f"Pooling pads with at most half its kernel: {kernel // 2} for a side of {kernel}, not {padding}. "
            "Otherwise a window could lie on padding alone."
        )
    rest = size + 2 * padding - window
    count = (-(-rest // stride) if ceil_mode else rest // stride) + 1
    if ceil_mode and (count - 1) * stride >= size + padding:
        count -= 1
    if count < 1:
        raise ValueError(_does_not_fit(size, kernel, padding, dilation))
    return count


def transposed_size(
    size: int, kernel: int, stride: int = 1, padding: int = 0, output_padding: int = 0, dilation: int = 1
) -> int:
    """The side of a transposed convolution: (size − 1)·stride − 2·padding + dilation·(kernel − 1) + output_padding + 1.

    It is the side of the input that a convolution with the same numbers would have made `size` cells of. With a stride
    s there are up to s such sides; `output_padding` says which.

    >>> transposed_size(3, 3, stride=2, padding=1, output_padding=1)
    6

    Raises:
        ValueError: output_padding is not below the larger of stride and dilation, or nothing is left.
    """
    if output_padding >= max(stride, dilation):
        raise ValueError(
            f"Output padding must be smaller than the stride or the dilation: below {max(stride, dilation)} here, "
            f"not {output_padding}."
        )
    made = (size - 1) * stride - 2 * padding + dilation * (kernel - 1) + output_padding + 1
    if made < 1:
        raise ValueError(
            f"Nothing is left: the scattered kernels cover {made + 2 * padding} cells, and a padding of {padding} "
            "cuts as many from each end."
        )
    return made


def _does_not_fit(size: int, kernel: int, padding: int, dilation: int) -> str:
    window = dilation * (kernel - 1) + 1
    spread = f" spread by a dilation of {dilation} covers {window} cells," if dilation > 1 else ""
    return (
        f"The kernel does not fit: a side of {kernel}{spread or ','} but the input has {size}"
        + (f" + 2·{padding} = {size + 2 * padding} with its padding" if padding else "")
        + ". Output sizes would be below 1."
    )
