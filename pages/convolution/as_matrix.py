"""A convolution is a matrix product: the matrix, its transpose, five ways to one output, and what shifting does."""

from engine.convolution import as_matrix as lab
from engine.convolution import as_matrix_lesson as lesson
from engine.convolution import as_matrix_shift as shift
from engine.convolution import as_matrix_traces as traces
from engine.convolution import as_matrix_ways as ways
from engine.figures import shifts
from pages.shared import scaffold, tables, toeplitz

page = scaffold.opening(
    "as_matrix",
    lab,
    lesson,
    text="Write the image as one column. Then each output cell is a row of weights times that column: a convolution is "
    "a fully connected layer whose matrix is mostly zeros, and whose other entries are the same few weights again and "
    "again.",
    formula=r"\mathrm{vec}(y) = T_k\, \mathrm{vec}(x), \qquad \mathrm{vec}(x') = T_k^\top\, \mathrm{vec}(y)",
)
controls = page.controls
beside, picture = page.bench()
with beside:
    controls.choose("view")
    controls.choose("image")
    controls.pair("height", "width", "Input height × width")
    controls.choose("kernel")
    controls.pair("kernel_height", "kernel_width", "Kernel height × width")
    controls.pair("stride_y", "stride_x", "Stride, vertical × horizontal")
    controls.pair("padding_y", "padding_x", "Padding, vertical × horizontal")
    if fold := page.more("Padding mode, dilation"):
        with fold:
            controls.choose("padding_mode")
            controls.pair("dilation_y", "dilation_x", "Dilation, vertical × horizontal")
            controls.seed()
with picture:
    unrolled = page.compute(lab.unroll)
    view, walk = page.settings.view, traces.trace(unrolled)
    page.answer(*lab.answer(unrolled), ways.agreement(unrolled))
    if view in toeplitz.VIEWS:
        toeplitz.show(unrolled, "as_matrix", lab.summary(unrolled), page.scale)
    elif view == "fourier":
        page.picture(shifts.spectra(unrolled), lab.summary(unrolled), height=300)
    elif walk:
        page.stepper(walk)
    else:
        page.answer("Too many copies to show", str(unrolled.kernel.size), "choose a kernel of at most 5 × 5")
    page.summary(ways.words(unrolled))
    if view != "fourier":
        page.summary(lab.summary(unrolled))
if view in toeplitz.VIEWS and walk:
    with page.section("Step by step"):
        page.stepper(walk)

with page.section("Shift first, or convolve first?", shift.INTRODUCTION, part="shift"):
    left, right = page.bench(part="shift")
    with left:
        controls.slide("shift_x", marks=" px")
        controls.slide("shift_y", marks=" px")
        controls.choose("layer")
        controls.number("step")
        controls.choose("border")
        controls.image("photo")
    with right:
        moved = page.compute(shift.move)
        page.answer("Difference", *shift.verdict(moved))
        page.picture(shifts.panels(moved), shift.summary(moved), "shifts", height=200)
        tables.show(shift.verdicts(moved))
        page.summary(shift.compared_words(moved))
        page.figure(shifts.curve(moved), "curve", shift.curve_words(moved), height=230)

page.ending(
    shown=(lab.toeplitz, lab.patches, ways.copies, ways.fourier, shift.apply, shift.move),
    sources=(
        ("Dumoulin & Visin 2016, section 4.1: convolution as a matrix", "https://arxiv.org/abs/1603.07285"),
        ("Zhang 2019, Making convolutional networks shift-invariant again", "https://arxiv.org/abs/1904.11486"),
        ("torch.nn.Unfold", "https://docs.pytorch.org/docs/stable/generated/torch.nn.Unfold.html"),
    ),
)
