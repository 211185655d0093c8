"""Which network a lab looks into: one that comes with the app, or one that was trained in this visit."""

from collections.abc import Callable
from typing import Any, TypeVar

import streamlit as st

from engine.core.fields import Experiment
from engine.core.networks import inspected
from engine.core.networks.inspected import Inspected
from engine.core.trained import Trained
from pages.shared import samples, trained
from pages.shared.catalogue import BY_SLUG
from pages.shared.state import State

S = TypeVar("S", bound=Experiment)
KEY = "networks to look into"
# Labs that look inside: their field for an image, and what a link to them says.
LOOKS = {"draw_digit": ("digit", "Every map that it makes →"), "heatmaps": ("image", "Where it looks →")}
AS_IT_COMES = inspected.SHIPPED | {inspected.LENET: "LeNet-5, as it comes"}


def held() -> list[Inspected]:
    """The networks of this visit, the newest first; the session keeps them, or they would be forgotten."""
    found = {one.reference: one for one in map(inspected.hold, trained.held())}
    st.session_state[KEY] = list(found.values())
    return st.session_state[KEY]


def choose(
    page: Any,
    name: str,
    *,
    every: bool = False,
    follow: Callable[[str], dict[str, Any]] = lambda reference: {},
) -> None:
    """The choice, if there is one.

    Args:
        page: the lab's.
        name: of the field that holds the network's reference.
        every: whether those are offered too that take images of several channels.
        follow: other settings that go with a network once it is chosen.
    """
    found = [one for one in held() if every or one.shape[0] == 1]
    shipped = AS_IT_COMES if every else {inspected.LENET: AS_IT_COMES[inspected.LENET]}
    titles = shipped | {one.reference: one.title for one in found}
    now = getattr(page.settings, name)
    if len(titles) == 1 and now in shipped:
        return
    key = f"{page.slug}.{name}.of"
    options = [*titles, *([] if now in titles else [now])]
    st.session_state[key] = now

    def chosen() -> None:
        reference = st.session_state[key]
        page.state.change(**{name: reference}, **follow(reference))

    st.selectbox(
        page.controls.fields[name].label,
        options,
        format_func=lambda reference: titles.get(reference) or inspected.SHIPPED.get(reference, "of another visit"),
        key=key,
        on_change=chosen,
    )


def ways(run: Trained) -> None:
    """Links to the labs that look inside: at this network, with an image of its own data."""
    held()  # the network must still be there when the other page looks for it
    inside = inspected.hold(run)
    for slug, (name, words) in LOOKS.items():
        if slug == "draw_digit" and inside.shape[0] != 1:
            continue
        query = {"network": inside.reference} | ({name: inside.samples.reference(0)} if inside.samples else {})
        st.page_link(BY_SLUG[slug].page, label=words, query_params=query)


def suit(slug: str, kind: type[S], suited: Callable[[S], tuple[S, tuple[str, ...]]]) -> None:
    """Let a lab's settings be such as their network has, before anything is drawn; what it has not has a sentence.

    Args:
        slug: the lab's.
        kind: of its settings.
        suited: settings to these, and the sentences.
    """
    held()
    state = State(slug, kind)
    state.enter(st.query_params)
    settings, sentences = suited(state.settings)
    if settings != state.settings:
        state.settings = settings
    for sentence in sentences:
        state.notice(sentence)


def image(page: Any, name: str, network: str) -> None:
    """Where the image comes from that the network is shown: its test images where there are any, or another.

    Args:
        page: the lab's.
        name: of the field that holds the image.
        network: of the field that holds the network's reference.
    """
    reference = getattr(page.settings, network)
    try:
        inside = inspected.find(reference)
    except ValueError:  # nobody holds it any more, and the picture says so
        return
    if inside.samples:
        samples.choose(page, name, inside.samples, lambda: getattr(page.settings, network) == reference)
    page.controls.image(name, digits=inside.small, patterns=False, drawing=inside.small)
