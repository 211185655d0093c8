"""Which network a lab looks into: one that comes with the app, or one that was trained in this visit."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from engine.core.networks import inspected
from engine.core.networks.inspected import Inspected
from pages.shared import trained

KEY = "networks to look into"
AS_IT_COMES = {inspected.LITE0: "EfficientNet-Lite0", inspected.LENET: "LeNet-5, as it comes"}


def held() -> list[Inspected]:
    """The networks of this visit, the newest first; the session keeps them, or they would be forgotten."""
    found = {one.reference: one for one in map(inspected.hold, trained.held())}
    st.session_state[KEY] = list(found.values())
    return st.session_state[KEY]


def choose(
    page: Any,
    name: str,
    shipped: Sequence[str] = (inspected.LENET,),
    *,
    colour: bool = False,
    follow: Callable[[str], dict[str, Any]] = lambda reference: {},
) -> None:
    """The choice, if there is one.

    Args:
        page: the lab's.
        name: of the field that holds the network's reference.
        shipped: which of those that come with the app are offered.
        colour: whether networks on colour images are offered too.
        follow: other settings that go with a network once it is chosen.
    """
    found = [one for one in held() if colour or one.shape[0] == 1]
    titles = {one: AS_IT_COMES[one] for one in shipped} | {one.reference: one.title for one in found}
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
