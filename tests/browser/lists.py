"""Choosing from Streamlit's drop-down lists."""

import re


def choose(page, label: str, option: "str | re.Pattern[str]", exact: bool = False) -> None:
    """Choose an option of the list that has this label.

    An open list is shut when the page moves or something above it is drawn: it is opened where it stands still, and
    opened again if it was shut.
    """
    box, wanted = page.get_by_role("combobox", name=label), page.get_by_role("option", name=option, exact=exact)
    box.scroll_into_view_if_needed()
    for _ in range(20):
        page.wait_for_timeout(150)
        if not page.get_by_role("listbox").count():
            box.click()
        if wanted.count():
            break
    wanted.click()
