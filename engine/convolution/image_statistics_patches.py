"""What the statistics lab learns from patches: principal axes, whitening kernels, clusters, independent components."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.core import components, patches

MOST_PATCHES = 8000
SAMPLES = 49
# Added to a patch's variance before it is divided by its deviation (k-means only): even patches stay even.
LEAST_CONTRAST = 10 / 255**2
RESPONSE_EDGES = np.linspace(-8.25, 8.25, 34)


@dataclass(frozen=True, eq=False)
class Learned:
    """Filters learned from the patches of one image.

    Args:
        count: patches used.
        samples: (3, S, D) some of them: as cut, centred, whitened.
        variances: (P,) of the principal axes of the centred patches.
        filters: (K, D) float32; a response is the patch, centred, times the filter.
        features: (K, D) float32; the patch that excites one filter and leaves the others silent (k-means: the centre).
        density: (B,) share of responses in each bin of RESPONSE_EDGES, per unit, each filter's deviation made 1.
        neighbour: correlation of side-by-side pixels within the centred patches.
        kurtosis: mean excess kurtosis of the responses.
        figure: the number that speaks for the method, see `METHODS`.
        rounds: of the iteration, 0 where there is none.
    """

    count: int
    samples: np.ndarray
    variances: np.ndarray
    filters: np.ndarray
    features: np.ndarray
    density: np.ndarray
    neighbour: float
    kurtosis: float
    figure: float
    rounds: int


@dataclass(frozen=True, eq=False)
class Found:
    """What a method gives: filters and features (K, D), its number if that is not the kurtosis, and its rounds."""

    filters: np.ndarray
    features: np.ndarray
    figure: float | None = None
    rounds: int = 0


@dataclass(frozen=True, eq=False)
class Cloud:
    """Centred patches (N, D), their principal axes, and what the reader asked for."""

    points: np.ndarray
    found: patches.Principal
    wanted: int
    softening: float
    seed: int


def learn(values: np.ndarray, side: int, method: str, wanted: int, softening: float, seed: int) -> Learned:
    """Cut patches, centre them, and learn filters by the method.

    Args:
        values: (H, W).
        side: of a patch.
        method: one of METHODS.
        wanted: how many filters; fewer if the patches have fewer directions.
        softening: ε of the whitening, a share of the mean variance.
        seed: of the places of the patches and of the method's start.

    Raises:
        ValueError: the patches are even or too few.
    """
    cut = patches.cut(values, side, MOST_PATCHES, seed)
    points = patches.centre(cut)
    cloud = Cloud(points, patches.principal(points), wanted, softening, seed)
    made = METHODS[method].find(cloud)
    responses = points.astype(np.float32) @ made.filters.T.astype(np.float32)
    kurtosis = float(patches.excess_kurtosis(responses.astype(np.float64)).mean())
    spread = np.maximum(responses.std(axis=0), 1e-9)
    counts, _ = np.histogram((responses / spread).ravel(), RESPONSE_EDGES)
    shown = slice(0, SAMPLES)
    white = points[shown] @ patches.whitening(cloud.found, softening)
    return Learned(
        count=len(points),
        samples=np.stack([cut[shown], points[shown], white]).astype(np.float32),
        variances=cloud.found.variances,
        filters=made.filters.astype(np.float32),
        features=made.features.astype(np.float32),
        density=counts / (responses.size * np.diff(RESPONSE_EDGES)),
        neighbour=neighbour_correlation(points),
        kurtosis=kurtosis,
        figure=kurtosis if made.figure is None else made.figure,
        rounds=made.rounds,
    )


def _principal(cloud: Cloud) -> Found:
    """The axes themselves. The number: how many hold nine tenths of the variance."""
    axes, variances = cloud.found.axes[: cloud.wanted], cloud.found.variances
    needed = int(np.searchsorted(np.cumsum(variances) / variances.sum(), 0.9 - 1e-9)) + 1
    return Found(axes, axes, float(needed))


def _whitening(cloud: Cloud) -> Found:
    """The rows of the ZCA matrix, one for each pixel of a patch. The number: how neighbours correlate afterwards."""
    matrix = patches.whitening(cloud.found, cloud.softening)
    return Found(matrix, np.linalg.pinv(matrix, hermitian=True), neighbour_correlation(cloud.points @ matrix))


def _independent(cloud: Cloud) -> Found:
    """FastICA in the leading principal axes, the sparsest component first."""
    axes, deviations = cloud.found.axes[: cloud.wanted], np.sqrt(cloud.found.variances[: cloud.wanted])
    white = (cloud.points @ (axes.T / deviations)).astype(np.float32)
    unmixing = components.fast_ica(white, cloud.seed)
    rows = unmixing.rows.astype(np.float64)
    kurtosis = patches.excess_kurtosis(white @ unmixing.rows.T)
    order = np.argsort(-kurtosis, kind="stable")
    filters, features = rows @ (axes / deviations[:, None]), rows @ (axes * deviations[:, None])
    return Found(filters[order], features[order], rounds=unmixing.rounds)


def _clusters(cloud: Cloud) -> Found:
    """k-means of patches of equal contrast, whitened, after Coates and Ng."""
    contrast = np.sqrt(np.mean(cloud.points**2, axis=1, keepdims=True) + LEAST_CONTRAST)
    even = cloud.points / contrast
    even -= even.mean(axis=0)
    matrix = patches.whitening(patches.principal(even), cloud.softening)
    white = (even @ matrix).astype(np.float32)
    clusters = components.k_means(white, cloud.wanted, cloud.seed)
    back = np.linalg.pinv(matrix, hermitian=True)
    return Found(clusters.centres @ matrix, clusters.centres @ back, rounds=clusters.rounds)


def neighbour_correlation(points: np.ndarray) -> float:
    """Correlation of side-by-side pixels within patches (N, s²)."""
    side = int(np.sqrt(points.shape[1]))
    rows = points.reshape(len(points), side, side)  # (N, s²) → (N, s, s)
    left, right = rows[:, :, :-1].ravel(), rows[:, :, 1:].ravel()
    return float(np.corrcoef(left, right)[0, 1])


@dataclass(frozen=True)
class Method:
    """One way to learn filters.

    Args:
        title: what the student reads.
        find: the method itself.
        says: what its number is.
        said: the number as text.
    """

    title: str
    find: Callable[[Cloud], Found]
    says: str
    said: Callable[[float], str]


METHODS = {
    "ica": Method("ICA", _independent, "Kurtosis of the responses", "{:z.1f}".format),
    "pca": Method("PCA", _principal, "90 % of the variance", "{:.0f} components".format),
    "kmeans": Method("k-means", _clusters, "Kurtosis of the responses", "{:z.1f}".format),
    "zca": Method("ZCA", _whitening, "Neighbours after whitening", "r = {:z.2f}".format),
}
