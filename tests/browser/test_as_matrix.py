"""The matrix of a convolution as a reader meets it: hover both ways, edit, walk by keyboard, shift a photo."""

from pathlib import Path
from urllib.parse import urlencode

import pytest

from engine.convolution import as_matrix_lesson as lesson
from engine.core.fields import encode
from tests.browser.lists import choose

PRESETS = {preset.name: preset for preset in lesson.PRESETS}


def opened(visit, name: str):
    page = visit("/as_matrix?" + urlencode(encode(PRESETS[name].settings)))
    page.locator(".toeplitz[data-spot]").wait_for()
    return page


def point(page, grid: str, cell: int):
    """The mouse over a cell; returns the sentence that says what belongs to it."""
    view = page.locator(".toeplitz")
    view.scroll_into_view_if_needed()
    place = view.evaluate("(host, [grid, cell]) => host.cellAt(grid, cell)", [grid, cell])
    page.mouse.move(place["x"], place["y"])
    page.locator(f".toeplitz[data-spot='{grid} {cell}']").wait_for()
    return page.locator(".toeplitz .line").inner_text()


def test_a_row_its_window_and_an_entry_explain_each_other(visit):
    page = opened(visit, "nine")
    assert point(page, "output", 3) == "Row 3: 1 · 5 + 2 · 6 + 3 · 8 + 4 · 9 = 77, output (1, 1)."
    assert point(page, "input", 4) == "Column 4: input (1, 1) = 5 is read by 4 outputs."
    assert point(page, "kernel", 2) == "w(1, 0) = 3 stands 4 times in the matrix: one weight, shared."
    assert point(page, "matrix", 9 + 5) == "Row 1, column 5: w(1, 1) = 4 connects input (1, 2) with output (0, 1)."
    assert "not connected" in point(page, "matrix", 2)


def test_the_matrix_in_the_browser_is_the_engines(visit):
    page = opened(visit, "letters")
    values = page.locator(".toeplitz").evaluate("host => host.matrixValues()")
    rows = ["abcde", "fabcd", "gfabc", "hgfab", "ihgfa"]
    assert values == ["abcdefghi".index(letter) + 1 for row in rows for letter in row]


def test_a_matrix_of_50_000_entries_lights_a_row(visit):
    page = opened(visit, "large")
    assert point(page, "matrix", 100 * 256 + 114).startswith("Row 100, column 114: w(0, 0)")
    assert float(page.locator(".toeplitz").get_attribute("data-frame")) < 50


def test_patches_and_the_transpose_have_their_own_sentences(visit):
    page = opened(visit, "patches")
    assert point(page, "matrix", 4 + 1).startswith("Row 1, column 1: 3, what w(0, 1) meets for output (0, 1)")
    page = opened(visit, "transposed")
    assert "prints the kernel, 1 times, into 9 output cells" in point(page, "output", 1)
    assert point(page, "input", 12).startswith("Row 12: 1 · 1 + 1 · 1 + 1 · 1 + 1 · 1 = 4")


def test_the_arrow_keys_walk_and_enter_pins(visit):
    page = opened(visit, "nine")
    page.locator(".toeplitz [data-grid=output]").focus()
    page.keyboard.press("ArrowRight")
    page.locator(".toeplitz[data-spot='output 0']").wait_for()
    page.keyboard.press("ArrowDown")
    page.locator(".toeplitz[data-spot='output 2']").wait_for()
    page.keyboard.press("Enter")
    page.locator(".toeplitz[data-pinned=true]").wait_for()
    page.mouse.move(1, 1)
    page.locator(".toeplitz[data-spot='output 2']").wait_for()
    page.keyboard.press("Escape")
    page.locator(".toeplitz[data-spot='']").wait_for()


def test_an_edited_kernel_cell_changes_every_copy_and_goes_into_the_link(visit):
    page = opened(visit, "nine")
    page.locator(".toeplitz").get_by_role("button", name="Edit Kernel").click()
    page.keyboard.type("10")
    page.keyboard.press("Enter")
    page.wait_for_function("() => location.search.includes('kernel_edits=0_0_0_10')")
    page.locator(".look").first.wait_for(state="detached")
    page.keyboard.type("20")  # the editor has gone on to the cell below, though the example's note is gone
    page.keyboard.press("Enter")
    page.wait_for_function("() => location.search.includes('0_1_0_20')")
    four_times = (
        "([host, numbers]) => numbers.every(n => host.matrixValues().filter(value => value === n).length === 4)"
    )
    page.wait_for_function(four_times, arg=[page.locator(".toeplitz").element_handle(), [10, 20]])


@pytest.mark.parametrize("kind", ["PNG", "SVG", "CSV"])
def test_the_picture_and_the_matrix_are_saved(visit, kind):
    page = opened(visit, "nine")
    with page.expect_download() as saved:
        page.locator(".toeplitz").get_by_role("button", name=f"Download {kind}").click()
    content = Path(saved.value.path()).read_bytes()
    wanted = {"PNG": b"\x89PNG", "SVG": b"<svg", "CSV": b"0,1,2,0,3,4,0,0,0"}
    assert wanted[kind] in content


def test_all_views_open_and_give_the_same_shape(visit):
    page = visit("/as_matrix")
    for title in ("Sliding window", "im2col product", "Sum of shifted copies", "Fourier product", "Transposed"):
        choose(page, "View", title)
        page.locator(".summary", has_text=title + ".").first.wait_for()
        assert page.locator(".refusal").count() == 0


def test_a_shift_by_the_stride_is_equivariant_and_by_less_is_not(visit):
    page = visit("/as_matrix")
    page.get_by_role("radio", name="Stride 2, by 2").click()
    page.locator(".answer", has_text="Equivariant everywhere").wait_for()
    page.get_by_role("radio", name="Stride 2, by 3").click()
    page.locator(".answer", has_text="no multiple of the stride 2").wait_for()
