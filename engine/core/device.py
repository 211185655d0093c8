"""Where torch computes: this module alone chooses the device and the number of threads."""

import os
from functools import cache

import torch


@cache
def device() -> torch.device:
    """The first CUDA device if there is one, else the CPU; with one torch thread unless the environment asks for more.

    Two threads beside one busy process (a browser tab is enough) run at a third of the speed of one, so one is the
    default; `PERCEPTORIUM_THREADS` sets another number, `PERCEPTORIUM_DEVICE` (cpu, cuda, cuda:1) another device.

    Raises:
        ValueError: if the environment names what this machine does not have.
    """
    torch.set_num_threads(threads())
    # cuDNN's own way drops 13 of a float32's 23 bits before it multiplies.
    torch.backends.cudnn.conv.fp32_precision = "ieee"  # type: ignore[attr-defined]
    wanted = os.environ.get("PERCEPTORIUM_DEVICE", "")
    if not wanted:
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        chosen = torch.device(wanted)
        torch.empty(0, device=chosen)
    except (RuntimeError, AssertionError) as error:
        raise ValueError(f"PERCEPTORIUM_DEVICE is {wanted}, which this machine does not have.") from error
    return chosen


@cache
def computes_in_halves() -> bool:
    """Whether the device multiplies in bfloat16, rather than turning each number into a float32 and back."""
    if device().type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    return torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()


def threads() -> int:
    """How many torch threads a job gets: PERCEPTORIUM_THREADS, or 1.

    Raises:
        ValueError: if it is not a whole number from 1 to the number of processors.
    """
    text = os.environ.get("PERCEPTORIUM_THREADS", "1")
    most = os.cpu_count() or 1
    if not text.isdigit() or not 1 <= int(text) <= most:
        raise ValueError(f"PERCEPTORIUM_THREADS must be a whole number from 1 to {most}, not {text}.")
    return int(text)
