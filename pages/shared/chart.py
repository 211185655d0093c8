"""Shows plotly figures with our own mount: updated in place, so that the zoom stays, and saved as PNG, SVG or CSV.

Streamlit's own chart is made anew at every change. Figures are drawn in the light palette of `engine.figures.theme`;
the browser swaps the palette's colours when the page is dark.
"""

from typing import TYPE_CHECKING, Any

from pages.shared import components

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


def show(figure: "Figure", *, key: str, name: str, summary: str, height: int = 320, scale: float = 1.0) -> None:
    """Draw a figure.

    Args:
        figure: a plotly figure from engine.figures.
        key: unique on the page.
        name: the file name of what is saved, without ending.
        summary: the figure in words, for those who cannot see it.
        height: pixels.
        scale: how much larger the text is than usual.
    """
    spec: dict[str, Any] = figure.to_plotly_json()
    data = {
        "data": spec["data"],
        "layout": {k: v for k, v in spec["layout"].items() if k != "template"},
        "name": name,
        "summary": summary,
        "height": round(height * scale),
        "scale": scale,
    }
    components.mount("chart", data, key=key, isolated=False)
