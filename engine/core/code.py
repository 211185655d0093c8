"""Writes stand-alone PyTorch scripts: the pieces that every lab's code shares."""

import numpy as np


def literal(values: np.ndarray) -> str:
    """An array as nested Python lists, whole numbers without a point, as short as exactness allows.

    >>> literal(np.array([[1.0, 2.5]]))
    '[[1, 2.5]]'
    """
    if values.ndim == 0:
        number = float(values)
        return str(int(number)) if number == int(number) and abs(number) < 1e15 else repr(number)
    separator = ",\n " if values.ndim > 1 and values.shape[-1] > 1 else ", "
    return "[" + separator.join(literal(np.asarray(item)) for item in values) + "]"


def tensor(name: str, values: np.ndarray) -> str:
    """`name = torch.tensor([...], dtype=torch.float64)`."""
    return f"{name} = torch.tensor({literal(values)}, dtype=torch.float64)"
