"""Two ways to spoil an image and keep some of its statistics: move its blocks, or randomise its phases."""

import numpy as np


def shuffle_blocks(values: np.ndarray, block: int, seed: int) -> np.ndarray:
    """The blocks of block×block pixels in random order; what fills no whole block at the right and below stays.

    Every value stays in the picture, so the histogram is the same to the last count; blocks of 1 are single pixels.

    Args:
        values: (H, W).

    Raises:
        ValueError: there are not two whole blocks to exchange.
    """
    rows, columns = (side // block for side in values.shape)
    if rows * columns < 2:
        size = "×".join(map(str, values.shape))
        raise ValueError(f"A picture of {size} pixels has no two whole blocks of {block}×{block} to exchange.")
    height, width = rows * block, columns * block
    blocks = values[:height, :width].reshape(rows, block, columns, block).swapaxes(1, 2)  # (R, C, block, block)
    flat = blocks.reshape(rows * columns, block, block)
    order = np.random.default_rng(seed).permutation(len(flat))
    moved = flat[order].reshape(rows, columns, block, block).swapaxes(1, 2)  # (R, block, C, block)
    shuffled = values.copy()
    shuffled[:height, :width] = moved.reshape(height, width)
    return shuffled


def scramble_phases(values: np.ndarray, seed: int) -> np.ndarray:
    """An image with the same |DFT| at every frequency and the phases of white noise.

    Power spectrum and (circular) autocorrelation stay, edges do not: they need waves whose phases meet. The histogram
    turns into a bell, and values may leave [0, 1].
    """
    noise = np.fft.fft2(np.random.default_rng(seed).standard_normal(values.shape))
    transform = np.fft.fft2(np.asarray(values, dtype=np.float64))
    phases = noise / np.abs(noise)
    phases[0, 0] = 1  # the mean keeps its sign
    return np.real(np.fft.ifft2(np.abs(transform) * phases)).astype(values.dtype)
