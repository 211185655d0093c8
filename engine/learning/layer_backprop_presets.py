"""The worked examples of the lectures, and more for each view."""

from dataclasses import replace

from engine.core.lesson import Preset
from engine.learning.layer_backprop_network_presets import DIGIT, NETWORK, cells
from engine.learning.layer_backprop_settings import Settings

__all__ = ["PRESETS", "part"]


def part(settings: Settings) -> str:
    """Where a preset stands: with the layer of its kind, or with its network."""
    return settings.kind if settings.view == "layer" else settings.view


_SUM = Settings(
    inputs=2,
    changes=(
        *cells("linear.x", (1,), (2,)),
        *cells("linear.weight", (1, 2), (3, -1)),
        *cells("linear.bias", (0,), (0,)),
        *cells("linear.upstream", (1,), (-2,)),
    ),
)
_SHARED = Settings(
    kind="convolution",
    changes=(
        *cells("convolution.x", (1, 2, 3), (4, 5, 6), (7, 8, 9)),
        *cells("convolution.weight", (1, 0), (0, 1)),
        *cells("convolution.bias", (0,)),
        *cells("convolution.upstream", (1, -2), (3, 0.5)),
    ),
)
_WINDOW = Settings(kind="pool", pool_side=2, changes=(*cells("pool.x", (6, 8), (3, 5)), *cells("pool.upstream", (1,))))
_LECTURES = (
    Preset(
        "one-weight", "Linear", Settings(), "∂L/∂W[0, 1] is g[0] · x[1]: what the weight read, times what came back."
    ),
    Preset(
        "slide-sum",
        "Sum over outputs",
        _SUM,
        "x[0] is read by both outputs: 1·1 + (−2)·3 = −5. The slide writes dJ/daⱼ · Σⱼ αⱼᵢ, which would be "
        "1·(1 + 3) = 4 or −2·(1 + 3) = −8; right is Σⱼ (dJ/daⱼ)·αⱼᵢ.",
    ),
    Preset(
        "shared-kernel",
        "Shared 2 × 2 kernel",
        _SHARED,
        "Places a, b, c, d each give the kernel a gradient of their own; the shared weight gets the sum. Bottom right: "
        "5 − 12 + 24 + 4.5 = 21.5.",
    ),
    Preset(
        "winner", "Pool 6 8 3 5", _WINDOW, "The maximum, 8, has slope 1 and takes the whole gradient; 6, 3 and 5 get 0."
    ),
    Preset(
        "two-layer",
        "4-3-3 network",
        Settings(view="network"),
        "The lecture’s two-layer code, small: Linear, ReLU, Linear, cross-entropy, learning rate 0.2. The slide’s J is "
        "the log-likelihood; the loss is −J, and its gradient at the logits is p − y.",
    ),
    Preset(
        "full-size",
        "784-512-10",
        Settings(view="digit"),
        "The lecture’s network on the first training digit: one step at learning rate 0.2 all but learns it by heart.",
    ),
)
_LAYER = (
    Preset(
        "input-gradient",
        "Wide layer",
        Settings(inputs=5, outputs=4),
        "20 weights, 20 gradients, but only two vectors: every entry is one of g times one of x.",
    ),
    Preset("batch", "Three examples", Settings(examples=3), "Parameters serve every example: their gradients add up."),
    Preset(
        "corner",
        "ReLU at 0",
        Settings(kind="relu", inputs=3, changes=cells("relu.x", (-1,), (0,), (2,))),
        "At 0 there is no derivative. The slide gives it slope 1; torch, and this page, 0.",
    ),
    Preset(
        "relu-batch",
        "Three examples",
        Settings(kind="relu", inputs=4, examples=3),
        "About half of the gradients come through unchanged, the others are gone.",
    ),
    Preset(
        "saturated",
        "Saturated sigmoid",
        Settings(kind="sigmoid", inputs=4, changes=cells("sigmoid.x", (0,), (2,), (5,), (-10,))),
        "Slopes 0.25, 0.105, 0.0066, 0.000045: far from 0 hardly anything comes back.",
    ),
    Preset(
        "difference",
        "p − y",
        Settings(kind="softmax"),
        "The gradients of one example sum to 0: what one class gets, others lose.",
    ),
    Preset(
        "jacobian",
        "Whole Jacobian",
        Settings(kind="softmax", jacobian=True),
        "Three numbers and nine derivatives, and after all the products only p − y is left.",
    ),
    Preset(
        "scatter",
        "Scattered",
        _SHARED.but(route="scatter"),
        "The same ∂L/∂x, but each output cell hands its gradient out to what it read: a transposed convolution.",
    ),
    Preset(
        "padded",
        "3 × 3, padded",
        Settings(kind="convolution", side=4, kernel=3, padding=1),
        "The output is as large as the input. A corner weight meets the image at 9 of 16 places, else padding.",
    ),
    Preset(
        "channels",
        "2 → 2 channels",
        Settings(kind="convolution", channels=2, filters=2),
        "Each pair of channels has its own kernel; an input channel gathers from both outputs.",
    ),
    Preset(
        "nine",
        "Pool 7 9 3 5",
        _WINDOW.but(changes=(*cells("pool.x", (7, 9), (3, 5)), *cells("pool.upstream", (1,)))),
        "The maximum is now 9, and again it alone counts.",
    ),
    Preset(
        "tie",
        "Pool tie",
        _WINDOW.but(changes=(*cells("pool.x", (8, 8), (3, 5)), *cells("pool.upstream", (1,)))),
        "A tie: the maximum has no derivative there. torch sends all to the first.",
    ),
    Preset(
        "overlap",
        "Overlapping pool",
        Settings(kind="pool", window=3, pool_stride=1),
        "A cell that wins several windows gets the sum of their gradients.",
    ),
    Preset(
        "norm-shift",
        "One outlier",
        Settings(kind="norm", inputs=1, many=6, changes=cells("norm.x", (0, 1, -1, 2, -2, 100))),
        "One huge number makes σ huge, and every other gradient small.",
    ),
    Preset(
        "norm",
        "Batch norm",
        Settings(kind="norm"),
        "Adding 1 to a whole row changes nothing, so the gradients of a row sum to 0.",
    ),
)
PRESETS = (
    *_LECTURES,
    *(replace(preset, part=part(preset.settings)) for group in (_LAYER, NETWORK, DIGIT) for preset in group),
)
