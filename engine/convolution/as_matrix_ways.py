"""Five ways to the output of one convolution, each written as it is thought of, and the way back."""

import numpy as np

from engine.convolution.as_matrix import VIEWS, Unrolled, patches
from engine.core import convolution


def window(unrolled: Unrolled) -> np.ndarray:
    """Lay the kernel on each window, multiply, add up: (H_out, W_out)."""
    s = unrolled.settings
    return convolution.conv2d_readable(
        unrolled.image[None],
        unrolled.kernel[None, None],
        None,
        s.stride,
        s.padding,
        s.dilation,
        padding_mode=s.padding_mode,
    )[0]


def matrix(unrolled: Unrolled) -> np.ndarray:
    """A fully connected layer of which most weights are zero and the others are shared: (H_out, W_out)."""
    return (unrolled.matrix @ unrolled.image.ravel()).reshape(unrolled.output.shape)


def im2col(unrolled: Unrolled) -> np.ndarray:
    """The kernel as one row, times all windows as columns: what most libraries really compute: (H_out, W_out)."""
    return (unrolled.kernel.ravel() @ patches(unrolled)).reshape(unrolled.output.shape)


def copies(unrolled: Unrolled) -> np.ndarray:
    """The image shifted once for each kernel cell, weighted by it, and added up: (H_out, W_out)."""
    total = np.zeros(unrolled.output.shape)
    for (row, column), weight in np.ndenumerate(unrolled.kernel):
        total += weight * shifted(unrolled, row, column)
    return total


def shifted(unrolled: Unrolled, row: int, column: int) -> np.ndarray:
    """The image as one kernel cell sees it while the kernel slides: (H_out, W_out)."""
    s = unrolled.settings
    high, wide = unrolled.output.shape
    top, left = row * s.dilation_y, column * s.dilation_x
    return unrolled.padded[
        top : top + (high - 1) * s.stride_y + 1 : s.stride_y, left : left + (wide - 1) * s.stride_x + 1 : s.stride_x
    ]


def fourier(unrolled: Unrolled) -> np.ndarray:
    """Transform, multiply frequency by frequency, transform back, keep the windows that do not wrap: (H_out, W_out).

    Cross-correlation takes the conjugate of the kernel's spectrum; convolution would take the spectrum itself.
    """
    s = unrolled.settings
    whole = np.fft.ifft2(spectra(unrolled)[2]).real
    high, wide = unrolled.output.shape
    return whole[: (high - 1) * s.stride_y + 1 : s.stride_y, : (wide - 1) * s.stride_x + 1 : s.stride_x]


def spectra(unrolled: Unrolled) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The spectra of the padded image, of the kernel in a frame of that size, and their product: complex (H_p, W_p)."""
    s = unrolled.settings
    frame = np.zeros(unrolled.padded.shape)
    high, wide = unrolled.kernel.shape
    rows, columns = np.arange(high) * s.dilation_y, np.arange(wide) * s.dilation_x
    frame[np.ix_(rows, columns)] = unrolled.kernel
    image, kernel = np.fft.fft2(unrolled.padded), np.fft.fft2(frame)
    return image, kernel, image * kernel.conj()


WAYS = {"window": window, "matrix": matrix, "im2col": im2col, "copies": copies, "fourier": fourier}


def agreement(unrolled: Unrolled) -> str:
    """How far the five ways are apart, in words."""
    outputs = [way(unrolled) for way in WAYS.values()]
    apart = max(float(np.abs(output - outputs[0]).max()) for output in outputs)
    if apart == 0:
        return "All five ways give the very same numbers."
    size = max(1.0, float(np.abs(outputs[0]).max()))
    return f"All five ways agree to {apart / size:.0e} of the largest output: rounding of the Fourier transform."


def words(unrolled: Unrolled) -> str:
    """What the chosen view shows of this convolution."""
    u = unrolled
    outputs, inputs = u.matrix.shape
    cells = u.kernel.size
    told = {
        "window": f"{cells} products for each of {outputs} windows. Patch processing: every window alone, alike.",
        "matrix": f"One row a window, one column an input cell: {outputs} × {inputs}. Parameter sharing: each colour "
        "is one weight, wherever it stands. A larger image makes a larger matrix of the same weights.",
        "im2col": f"{outputs} windows as columns of {cells}: the image is copied {outputs * cells / u.image.size:.3g} "
        "times over, so that one dense product does the work.",
        "copies": f"{cells} copies of the image, one for each weight, moved, scaled and added up. An image filter.",
        "fourier": "A product of spectra, frequency by frequency: the kernel keeps some waves and drops others.",
        "transposed": f"The same matrix, transposed: {inputs} × {outputs}. Each cell of the small map prints the "
        "kernel into the large one, and where prints overlap they add up. It is not the inverse.",
    }
    return f"{VIEWS[u.settings.view]}. {told[u.settings.view]}"
