"""Every colour and size of every picture: one visual language for all pages, light and dark.

Signed values (weights, activations, gradients) stand on one diverging scale: blue is positive, orange negative, zero
is neutral, and the range is symmetric. Magnitudes (pixel intensities, counts, probabilities) stand on one sequential
scale. Classes have one qualitative set (after Okabe and Ito, readable by the colour-blind). The accent marks what is
being looked at, and nothing else.

`python -m engine.figures.theme` writes the same tables for the browser into assets/components/shared/palette.js.

Reference: M. Okabe, K. Ito, "Color Universal Design", 2008; C. Brewer's PuOr and RdBu schemes for the diverging ends.
"""

from pathlib import Path

import numpy as np

# Stops from the most negative to the most positive value; the middle is the neutral of each theme.
DIVERGING = {
    "light": ("#8a3f02", "#c4650d", "#f0a04b", "#fbdcb4", "#f7f7f5", "#c4ddf0", "#6aaed6", "#2272b4", "#0b3c71"),
    "dark": ("#ffc27a", "#f0953a", "#b5610f", "#613409", "#26292f", "#123a5e", "#1f6fae", "#4fa3dd", "#a6d4f7"),
}
# Stops from none to most; grey so that a photo's single channel looks like what it is.
SEQUENTIAL = {
    "light": ("#ffffff", "#e7ecef", "#c3d0d6", "#93a9b4", "#5f7c8a", "#355563", "#14303d"),
    "dark": ("#17191d", "#26343b", "#3c525c", "#5d7a87", "#8aa5b0", "#bccdd4", "#f2f6f7"),
}
GREY = ("#000000", "#ffffff")
CHANNELS = {"light": ("#c62828", "#2e7d32", "#1f5fbf"), "dark": ("#ff7b72", "#5fce73", "#76a9ff")}
CLASSES = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#8f8b00", "#7a5195", "#4d4d4d", "#a05a2c")
INK = {
    "light": {
        "text": "#1b1f24",
        "muted": "#5c6570",
        "line": "#dfe0dc",
        "faint": "#f5f5f2",
        "paper": "#ffffff",
        "accent": "#6d28d9",
        "accent_soft": "#ede4fc",
        "padding": "#ecece6",
        "warning": "#a33b00",
    },
    "dark": {
        "text": "#e8e9eb",
        "muted": "#a3abb8",
        "line": "#363b45",
        "faint": "#1e2127",
        "paper": "#14161a",
        "accent": "#a78bfa",
        "accent_soft": "#2f2450",
        "padding": "#1e2127",
        "warning": "#ffb366",
    },
}
# What a grid plays in a computation, for coloured terms: operands, result and addend keep their hue on every page.
ROLES = {
    "light": {"input": "#0b6e99", "kernel": "#9a5b00", "output": "#6d28d9", "bias": "#2e7d32", "other": "#5c6570"},
    "dark": {"input": "#6cc5ee", "kernel": "#f0b35a", "output": "#b9a2ff", "bias": "#7fd58a", "other": "#a3abb8"},
}
FONT = "Inter, system-ui, sans-serif"
SIZES = {"text": 14, "small": 12, "number": 13, "title": 16, "line": 2.25}
BROWSER_COPY = Path(__file__).parents[2] / "assets" / "components" / "shared" / "palette.js"


def ramp(stops: tuple[str, ...], count: int = 256) -> np.ndarray:
    """The colours between the stops, linear in sRGB: uint8 (count, 3)."""
    anchors = np.array([[int(stop[i : i + 2], 16) for i in (1, 3, 5)] for stop in stops], dtype=float)
    where = np.linspace(0, len(stops) - 1, count)
    columns = [np.interp(where, np.arange(len(stops)), anchors[:, channel]) for channel in range(3)]
    return np.rint(np.stack(columns, axis=1)).astype(np.uint8)


def symmetric_limit(values: np.ndarray) -> float:
    """The largest finite magnitude in values, or 1 if there is none: the range is then −limit … +limit."""
    finite = np.abs(values[np.isfinite(values)])
    limit = float(finite.max()) if finite.size else 0.0
    return limit if limit > 0 else 1.0


def browser_module() -> str:
    """The source of palette.js: the same tables, so that a colour is decided in one place only."""
    import json

    tables = {
        "DIVERGING": DIVERGING,
        "SEQUENTIAL": SEQUENTIAL,
        "GREY": GREY,
        "CHANNELS": CHANNELS,
        "CLASSES": CLASSES,
        "INK": INK,
        "ROLES": ROLES,
        "FONT": FONT,
        "SIZES": SIZES,
    }
    lines = ["/** Written by `python -m engine.figures.theme`; the colours are decided in engine/figures/theme.py. */"]
    lines += [f"export const {name} = {json.dumps(table, ensure_ascii=False)};" for name, table in tables.items()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    BROWSER_COPY.write_text(browser_module(), encoding="utf-8")
