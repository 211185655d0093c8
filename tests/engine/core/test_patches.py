"""Patches, PCA, whitening, ICA and k-means, against numpy, scipy and mixtures that are known."""

import itertools

import numpy as np
import pytest
from scipy import stats
from scipy.cluster.vq import kmeans2

from engine.core import components, images, patches

PHOTO = images.load("photo:cat", 96, channels=1).pixels[0]
POINTS = patches.centre(patches.cut(PHOTO, 6, 3000, 0))


def test_patches_are_pieces_of_the_picture_each_place_once():
    cut = patches.cut(PHOTO[:12, :10], 4, 10_000, 7)
    pieces = {PHOTO[i : i + 4, j : j + 4].astype(float).tobytes() for i in range(9) for j in range(7)}
    assert len(cut) == 63
    assert {patch.tobytes() for patch in cut} == pieces
    assert len(patches.cut(PHOTO, 4, 100, 7)) == 100


def test_centred_patches_have_no_mean_along_either_axis():
    assert np.allclose(POINTS.mean(axis=0), 0, atol=1e-12)
    assert np.allclose(POINTS.mean(axis=1), 0, atol=1e-12)


def test_principal_axes_are_the_singular_vectors():
    found = patches.principal(POINTS)
    _, singular, right = np.linalg.svd(POINTS, full_matrices=False)
    assert len(found.axes) == 35, "the mean of a patch was taken off: one direction is empty"
    assert np.allclose(found.variances, singular[:35] ** 2 / len(POINTS))
    assert np.allclose(np.abs(np.sum(found.axes * right[:35], axis=1)), 1, atol=1e-6)
    assert np.all(found.axes[np.arange(35), np.abs(found.axes).argmax(axis=1)] > 0)


def test_whitened_patches_have_the_identity_as_covariance():
    found = patches.principal(POINTS)
    matrix = patches.whitening(found)
    white = POINTS @ matrix
    inside = found.axes.T @ found.axes  # identity on all that the patches fill
    assert np.allclose(white.T @ white / len(white), inside, atol=1e-8)
    assert np.allclose(matrix, matrix.T)


def test_softening_leaves_faint_directions_faint():
    found = patches.principal(POINTS)
    white = POINTS @ patches.whitening(found, 0.5)
    variances = np.mean((white @ found.axes.T) ** 2, axis=0)
    assert np.allclose(variances, found.variances / (found.variances + 0.5 * found.variances.mean()))


def test_kurtosis_is_scipys():
    assert np.allclose(patches.excess_kurtosis(POINTS), stats.kurtosis(POINTS, axis=0))


@pytest.mark.parametrize("seed", range(4))
def test_ica_unmixes_what_was_mixed(seed):
    rng = np.random.default_rng(seed)
    sources = np.stack([rng.laplace(size=6000), rng.uniform(-1, 1, 6000), rng.choice([-1.0, 1.0], 6000)], axis=1)
    sources = (sources - sources.mean(axis=0)) / sources.std(axis=0)
    mixed = sources @ rng.normal(size=(3, 3))
    found = patches.principal(mixed - mixed.mean(axis=0))
    white = (mixed - mixed.mean(axis=0)) @ (found.axes.T / np.sqrt(found.variances))
    unmixing = components.fast_ica(white, seed)
    assert unmixing.settled
    assert np.allclose(unmixing.rows @ unmixing.rows.T, np.eye(3), atol=1e-10)
    match = np.abs(np.corrcoef(sources.T, (white @ unmixing.rows.T).T)[:3, 3:])
    assert max(min(match[i, order[i]] for i in range(3)) for order in itertools.permutations(range(3))) > 0.99


def test_ica_makes_photo_patches_sparser_than_pca():
    found = patches.principal(POINTS)
    white = POINTS @ (found.axes[:20].T / np.sqrt(found.variances[:20]))
    unmixing = components.fast_ica(white, 0)
    by_pca = patches.excess_kurtosis(white).mean()
    assert patches.excess_kurtosis(white @ unmixing.rows.T).mean() > 1.3 * by_pca


@pytest.mark.parametrize("rounds", [1, 2, 10])
def test_k_means_from_the_same_centres_is_scipys(rounds):
    start = POINTS[np.random.default_rng(3).choice(len(POINTS), 12, replace=False)]
    ours = components.lloyd(POINTS, start, rounds)
    theirs, labels = kmeans2(POINTS, start, iter=rounds, minit="matrix")
    assert ours.rounds == rounds
    distance = np.linalg.norm(ours.centres[:, None] - theirs[None], axis=2)
    assert np.allclose(distance.min(axis=1), 0, atol=1e-10)
    assert sorted(distance.argmin(axis=1)) == list(range(12))
    assert ours.counts.sum() == len(POINTS) == len(labels)
    assert np.all(np.diff(ours.counts) <= 0)


def test_k_means_finds_separate_clouds_and_stops():
    middles = np.array([[0.0, 0], [10, 0], [0, 10]])
    points = np.concatenate([middle + np.random.default_rng(0).normal(0, 0.1, (50, 2)) for middle in middles])
    clusters = components.lloyd(points, points[[0, 60, 120]], 30)
    assert clusters.rounds < 5
    assert np.allclose(np.sort(clusters.centres, axis=0), np.sort(middles, axis=0), atol=0.1)
    assert clusters.inertia == pytest.approx(0.02, rel=0.3)


def test_a_centre_without_points_moves_to_the_farthest_point():
    points = np.array([[0.0], [1], [2], [50]])
    clusters = components.lloyd(points, np.array([[0.0], [1000]]), 5)
    assert np.allclose(np.sort(clusters.centres, axis=0), [[1], [50]])


def test_what_cannot_be_learned_is_refused():
    with pytest.raises(ValueError, match="does not fit in a picture of 96×96"):
        patches.cut(PHOTO, 97, 10, 0)
    with pytest.raises(ValueError, match="no direction"):
        patches.principal(np.zeros((10, 4)))
    with pytest.raises(ValueError, match="cannot be put into 11 clusters"):
        components.k_means(np.zeros((10, 4)), 11, 0)
