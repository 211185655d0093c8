"""Shows a network's diagram, drawn for several widths, of which the browser takes the widest that fits."""

from typing import Any

from engine.core.networks.specification import Network
from engine.figures.network_diagram import diagram
from pages.shared import components

WIDTHS = (330, 480, 640, 820, 1000, 1240)  # of a phone, of columns, of pages
SIZE = 13.0


def show(
    network: Network, title: str, *, key: str, name: str, broken: tuple[str, str] = ("", ""), scale: float = 1.0
) -> str:
    """Draw the network, and return the picture in words.

    Args:
        network: the specification.
        title: what stands above it.
        key: unique on the page.
        name: of the downloaded files, without ending.
        broken: a layer that cannot stand after the last one, and why; "" if there is none.
        scale: how much larger texts are than usual.
    """
    drawn = [diagram(network, width, SIZE * scale, *broken) for width in WIDTHS]
    different: dict[str, Any] = {one.svg: {"svg": one.svg, "width": one.width} for one in drawn}
    drawings = sorted(different.values(), key=lambda one: one["width"])
    components.mount("diagram", {"title": title, "drawings": drawings, "name": name, "scale": scale}, key=key)
    return drawn[0].summary
