"""Histograms of a deep stack's outputs and gradients, all layers on one axis."""

import numpy as np

from engine.neurons.activations_layers import Flow, Return

BINS = 48


def shares(values: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """How large a share of the values lies in each of the equal bins; what lies beyond the edges is in none."""
    count = len(edges) - 1
    places = (values.ravel() - edges[0]) * (count / (edges[-1] - edges[0]))
    inside = places[(places >= 0) & (places <= count)].astype(np.intp)
    return np.bincount(np.minimum(inside, count - 1), minlength=count) / max(values.size, 1)


def output_histograms(flows: list[Flow], spans: list[tuple[float, float]]) -> tuple[np.ndarray, np.ndarray]:
    """All layers on one axis, which ends four deviations from the means or at the last value.

    Args:
        flows: of all layers.
        spans: mean and deviation of each layer's outputs.
    """
    low = min(max(float(f.outputs.min()), mean - 4 * wide) for f, (mean, wide) in zip(flows, spans, strict=True))
    high = max(min(float(f.outputs.max()), mean + 4 * wide) for f, (mean, wide) in zip(flows, spans, strict=True))
    if high - low <= 1e-12 * max(abs(high), abs(low)):
        low, high = low - 1.0, high + 1.0
    edges = np.linspace(low, high, BINS + 1)
    return np.stack([shares(flow.outputs, edges) for flow in flows]), edges


def gradient_histograms(backs: list[Return], gradients: list[float]) -> tuple[np.ndarray, np.ndarray]:
    """log₁₀ of the gradients' sizes, all layers on one axis: from 2½ powers of ten below the smallest to 1 above.

    Args:
        backs: of all layers.
        gradients: their root mean squares.
    """
    sizes = [np.log10(size) for size in gradients if size > 0] or [0.0]
    edges = np.linspace(min(sizes) - 2.5, max(sizes) + 1, BINS + 1)
    rows = []
    for back in backs:
        values = np.abs(back.gradient.sum(axis=0)).ravel()  # (K, B, m) -> (B·m,)
        found = values[values > 0]
        rows.append(shares(np.log10(found), edges) * (found.size / values.size) if found.size else np.zeros(BINS))
    return np.stack(rows), edges
