"""What the linked view sends to the browser, and which cells it lets the reader change."""

import numpy as np
import pytest

from engine.convolution import as_matrix as lab
from engine.core.convolution import PADDING_TITLES
from pages.shared import components, toeplitz, volumes


@pytest.fixture
def mounted(monkeypatch):
    """The data that a component was last mounted with, as the browser reads them; and the session."""
    seen = {}
    monkeypatch.setattr(components, "mount", lambda name, data, **rest: seen.update(name=name, data=data, **rest))
    monkeypatch.setattr(toeplitz.st, "session_state", {})
    return seen


@pytest.mark.parametrize("view", toeplitz.VIEWS)
@pytest.mark.parametrize("mode", PADDING_TITLES)
def test_the_entries_that_the_browser_adds_up_are_the_matrix(mounted, view, mode):
    chosen = lab.Settings(
        view=view, height=5, width=4, kernel_height=3, padding_y=1, padding_x=1, stride_x=2, padding_mode=mode
    )
    unrolled = lab.unroll(chosen)
    toeplitz.show(unrolled, "as_matrix", "words")
    data = components.unpack(components.pack(mounted["data"]))
    matrix = np.zeros((data["reads"].shape[0], data["inputs"]))
    for output, cells in enumerate(data["reads"]):
        for weight, cell in enumerate(cells):
            source = data["origin"].ravel()[cell]
            if source >= 0:
                matrix[output, source] += data["kernel"].ravel()[weight]
    np.testing.assert_allclose(matrix, unrolled.matrix)
    if view == "im2col":
        np.testing.assert_allclose(data["large"].ravel()[data["reads"]].T, lab.patches(unrolled))


def test_padding_cannot_be_changed_and_the_transposed_view_has_no_image_to_change(mounted):
    unrolled = lab.unroll(lab.Settings(padding_y=1, padding_x=1))
    toeplitz.show(unrolled, "as_matrix", "words")
    free = toeplitz.st.session_state["as_matrix.linked:editable"]
    assert free["kernel"].all()
    assert np.flatnonzero(free["input"]).tolist() == [6, 7, 8, 11, 12, 13, 16, 17, 18]
    toeplitz.show(lab.unroll(lab.Settings(view="transposed")), "as_matrix", "words")
    assert set(toeplitz.st.session_state["as_matrix.linked:editable"]) == {"kernel"}


def test_the_transposed_view_shows_the_way_back_and_nothing_on_the_padding(mounted):
    unrolled = lab.unroll(lab.Settings(view="transposed", padding_y=1, padding_x=1))
    toeplitz.show(unrolled, "as_matrix", "words")
    large = mounted["data"]["large"]
    np.testing.assert_array_equal(large[1:-1, 1:-1], unrolled.back)
    assert np.isnan(large).sum() == 16


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0"), (30_720, "30,720"), (8_100_000_000, "8,100,000,000"), (10**13, "1·10¹³")]
)
def test_counts_are_written_out_as_long_as_they_fit(count, text):
    assert volumes.readable(count) == text
