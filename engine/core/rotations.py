"""A bank of kernels that are one pattern turned: each answers one direction, their maximum answers all of them."""

from dataclasses import dataclass

import numpy as np
import scipy.ndimage

SIDE = 28
STEP = 7.5  # degrees from one turn of the picture to the next; 360 is 48 of them


@dataclass(frozen=True, eq=False)
class Turns:
    """Responses of a bank of turned kernels to a picture that turns.

    Args:
        angles: (A,) degrees, how far the picture is turned, counter-clockwise: 0, 7.5, … 360.
        pictures: (A, S, S) the turned picture inside its disc, 0 … 1.
        bank_angles: (N,) degrees, how far each kernel is turned.
        bank: (N, S, S) kernels, of mean 0 and length 1 inside the disc.
        responses: (A, N) normalised correlation of each picture with each kernel, −1 … 1.
    """

    angles: np.ndarray
    pictures: np.ndarray
    bank_angles: np.ndarray
    bank: np.ndarray
    responses: np.ndarray

    @property
    def pooled(self) -> np.ndarray:
        """The maximum over the bank: (A,)."""
        return self.responses.max(axis=1)

    @property
    def winners(self) -> np.ndarray:
        """Which kernel answers most: (A,)."""
        return self.responses.argmax(axis=1)


def turns(picture: np.ndarray, orientations: int) -> Turns:
    """Turn a picture in steps of 7.5° and correlate each turn with each kernel of a bank.

    Args:
        picture: (28, 28) in [0, 1]. The kernels are this very picture, turned by 0°, 360°/N, 2·360°/N, …
        orientations: N, how many kernels the bank has.

    Raises:
        ValueError: the picture is the same everywhere, so that there is nothing to match.

    Reference: I. Goodfellow, Y. Bengio, A. Courville, "Deep Learning", 2016, figure 9.9.
    """
    angles = np.arange(0.0, 360 + STEP, STEP)
    bank_angles = np.arange(orientations) * 360 / orientations
    if np.ptp(picture[disc()]) < 1e-6:
        raise ValueError("The picture is the same everywhere, so a kernel has nothing to match. Take another one.")
    picture = picture.astype(np.float64)
    pictures = np.stack([turned(picture, angle) for angle in angles.tolist()])
    bank = np.stack([normalised(turned(picture, angle)) for angle in bank_angles.tolist()])
    looked = np.stack([normalised(item) for item in pictures])
    return Turns(angles, pictures, bank_angles, bank, np.einsum("ayx,nyx->an", looked, bank))


def disc() -> np.ndarray:
    """The largest disc of the square: outside it a turn would bring in corners that were never seen. (S, S) bool."""
    place = np.arange(SIDE) - (SIDE - 1) / 2
    return place[:, None] ** 2 + place[None, :] ** 2 <= (SIDE / 2) ** 2


def turned(picture: np.ndarray, angle: float) -> np.ndarray:
    """The picture turned counter-clockwise about its middle by some degrees, linear in between, 0 outside the disc."""
    moved = scipy.ndimage.rotate(picture, angle, reshape=False, order=1, mode="nearest") if angle % 360 else picture
    return np.where(disc(), moved, 0)


def normalised(picture: np.ndarray) -> np.ndarray:
    """Mean 0 and length 1 inside the disc, 0 outside: a correlation of two such pictures lies in −1 … 1."""
    inside = disc()
    centred = np.where(inside, picture - picture[inside].mean(), 0)
    return centred / np.linalg.norm(centred)
