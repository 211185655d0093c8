"""A whole network on a page: every map that it made, and how much each gave to each, hovered and clicked."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from engine.core.networks.inside import Stage
from pages.shared import components

CODES = 127


def show(
    stages: Sequence[Stage],
    titles: Sequence[str],
    classes: Sequence[str],
    probabilities: np.ndarray,
    *,
    key: str,
    name: str,
    summary: str,
    chosen: tuple[int, int],
    pick: Callable[[int, int], object],
    scale: float = 1.0,
) -> None:
    """Draw the network; a clicked map is told to `pick` before the page is run again.

    Args:
        stages: the input first.
        titles: a short name for each.
        classes, probabilities: (K,) of the last stage's units.
        key: unique on the page.
        name: what downloaded files are called, without ending.
        summary: the picture in words.
        chosen: stage and map that are looked at closely.
        pick: gets the stage and the map that were clicked.
        scale: of text, larger in a lecture hall.
    """
    data = {
        "stages": [_described(stage, title) for stage, title in zip(stages, titles, strict=True)],
        "classes": list(classes),
        "probabilities": probabilities.astype(np.float32),
        "name": name,
        "summary": summary,
        "stage": chosen[0],
        "channel": chosen[1],
        "scale": float(scale),
    }
    components.mount("network", data, key=key, on_pick_change=lambda: _picked(key, stages, pick))


def inside(
    page: Any,
    stages: Sequence[Stage],
    titles: Sequence[str],
    outputs: tuple[Sequence[str], np.ndarray],
    chosen: tuple[int, int],
    summary: str,
) -> None:
    """The network of a lab whose Settings have `stage` and `channel`, which a click sets; its words under it.

    Args:
        page: the lab's.
        stages, titles, chosen, summary: as for `show`.
        outputs: the last stage's classes and probabilities.
    """

    def pick(stage: int, channel: int) -> None:
        page.state.change(stage=stage, channel=channel)

    key, scale = f"{page.slug}.network", page.scale
    show(stages, titles, *outputs, key=key, name=page.slug, summary=summary, chosen=chosen, pick=pick, scale=scale)
    page.summary(summary)


def _described(stage: Stage, title: str) -> dict[str, Any]:
    """A stage as plain values; shares as one byte each, since a line's width says no more."""
    maps = stage.raw if stage.kind == "input" else stage.maps
    data: dict[str, Any] = {"title": title, "kind": stage.kind, "maps": maps}
    if stage.shares is not None:
        most = float(np.abs(stage.shares).max()) or 1.0
        data |= {"shares": np.rint(stage.shares / most * CODES).astype(np.int8), "most": most}
    if stage.bias is not None:
        data["bias"] = stage.bias
    if stage.kind == "conv":
        data["kernels"] = stage.weight
    return data


def _picked(key: str, stages: Sequence[Stage], pick: Callable[[int, int], object]) -> None:
    """A click, if it is one that this network can have."""
    answer = components.said_parts(key, "pick")
    stage, channel = answer.get("stage"), answer.get("channel")
    if type(stage) is not int or type(channel) is not int or not 0 < stage < len(stages):
        return
    if 0 <= channel < len(stages[stage].maps):
        pick(stage, channel)
