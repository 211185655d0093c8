/** Written by `python -m engine.figures.theme`; the colours are decided in engine/figures/theme.py. */
export const DIVERGING = {"light": ["#8a3f02", "#c4650d", "#f0a04b", "#fbdcb4", "#f7f7f5", "#c4ddf0", "#6aaed6", "#2272b4", "#0b3c71"], "dark": ["#ffc27a", "#f0953a", "#b5610f", "#613409", "#26292f", "#123a5e", "#1f6fae", "#4fa3dd", "#a6d4f7"]};
export const SEQUENTIAL = {"light": ["#ffffff", "#e7ecef", "#c3d0d6", "#93a9b4", "#5f7c8a", "#355563", "#14303d"], "dark": ["#17191d", "#26343b", "#3c525c", "#5d7a87", "#8aa5b0", "#bccdd4", "#f2f6f7"]};
export const GREY = ["#000000", "#ffffff"];
export const CHANNELS = {"light": ["#c62828", "#2e7d32", "#1f5fbf"], "dark": ["#ff7b72", "#5fce73", "#76a9ff"]};
export const CLASSES = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#8f8b00", "#7a5195", "#4d4d4d", "#a05a2c"];
export const INK = {"light": {"text": "#1b1f24", "muted": "#5c6570", "line": "#dfe0dc", "faint": "#f5f5f2", "paper": "#ffffff", "accent": "#6d28d9", "accent_soft": "#ede4fc", "padding": "#ecece6", "warning": "#a33b00"}, "dark": {"text": "#e8e9eb", "muted": "#a3abb8", "line": "#363b45", "faint": "#1e2127", "paper": "#14161a", "accent": "#a78bfa", "accent_soft": "#2f2450", "padding": "#1e2127", "warning": "#ffb366"}};
export const ROLES = {"light": {"input": "#0b6e99", "kernel": "#9a5b00", "output": "#6d28d9", "bias": "#2e7d32", "other": "#5c6570"}, "dark": {"input": "#6cc5ee", "kernel": "#f0b35a", "output": "#b9a2ff", "bias": "#7fd58a", "other": "#a3abb8"}};
export const FONT = "Inter, system-ui, sans-serif";
export const SIZES = {"text": 14, "small": 12, "number": 13, "title": 16, "line": 2.25};
