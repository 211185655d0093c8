"""Kernels that are not full: fewer channels, fewer numbers, wider windows, larger outputs, and what each costs."""

from engine.convolution import kernel_variants as lab
from engine.convolution import kernel_variants_lesson as lesson
from engine.convolution import kernel_variants_separable as separable
from engine.convolution import kernel_variants_separable_steps as separable_steps
from engine.convolution import kernel_variants_stacked as stacked
from engine.convolution import kernel_variants_transposed as transposed
from engine.core import cost_sheet
from engine.core import transposed as prints
from engine.figures import kernel_variants as figures
from pages.shared import places, scaffold, tables

page = scaffold.opening(
    "kernel_variants",
    lab,
    lesson,
    text="A full convolution joins every input channel to every output channel. Leave some of that out and it gets "
    "cheaper; spread its window and it sees further; run it backwards and the map grows.",
    formula=r"\underbrace{K^2 C M}_{\text{full}} \to \underbrace{K^2 C M / g}_{g\ \text{groups}} \to "
    r"\underbrace{K^2 C + C M}_{\text{depthwise, then } 1 \times 1}",
)
controls, settings, view = page.controls, page.settings, page.settings.view
with places.row("view"):
    controls.switch("view", hidden=True)
    page.presets(view, noted=False)
beside, picture = page.bench(1.05, 3.3, notes=view)
with beside:
    if view == "channels":
        controls.choose("layer")
        if settings.layer == "grouped":
            controls.switch("groups", only=lab.legal_groups(settings))
        controls.pair("inputs", "outputs", "Channels, input → output")
        controls.pair("side", "size", "Side of the input, of the kernel")
    for name in lab.fields_shown(settings):
        controls.field(name)
    if view == "transposed" and (fold := page.more("Padding, dilation")):
        with fold:
            for name in ("padding", "output_padding", "spread"):
                controls.field(name)
with picture:
    made = page.compute(lab.vary)
    if first := figures.first(made):
        page.picture(first, lab.summary(made), view, height=220, columns=3 if view == "dilated" else 4)
    page.answer(*lab.answer(made))
    if walk := lab.trace(made):
        page.stepper(walk, f"{view}_steps", share=0.37)
    if not first:
        page.summary(lab.summary(made))

with page.section("The bill"):
    tables.show(cost_sheet.bill(lab.ways(made)))
    if fold := page.more("Measured time, and why it does not follow the count"):
        with fold:
            spent = lab.times(made)
            page.figure(figures.costs(lab.ways(made), spent), "times", lab.time_words(made, spent), height=360)
if isinstance(made, separable.Separated):
    with page.section("How the kernel is put together"):
        page.stepper(separable_steps.assembly(made), "assembly")
        page.figure(figures.singular_values(made), "singular", separable.singular_words(made), height=240)
if isinstance(made, stacked.Stacked):
    with page.section("What moves what"):
        page.picture(figures.stacked(made), stacked.jacobian_words(made), "jacobian", height=360)
if isinstance(made, transposed.Transposed):
    with page.section("The checkerboard, and enlarging first"):
        page.picture(figures.transposed(made), transposed.ripple_words(made), "photo", height=260, columns=3)
if film := lab.film(made):
    with page.section("As the dilation grows" if view == "dilated" else "As the stride grows"):
        page.film(film)
prints_code = (prints.Printing, prints.scatter, prints.by_inserting_zeros, prints.phases)
page.ending(
    shown=(*prints_code, separable.pieces, stacked.jacobian),
    sources=(
        ("Dumoulin & Visin 2016, A guide to convolution arithmetic", "https://arxiv.org/abs/1603.07285"),
        ("Howard et al. 2017, MobileNets", "https://arxiv.org/abs/1704.04861"),
        ("Yu & Koltun 2016, Dilated convolutions", "https://arxiv.org/abs/1511.07122"),
        ("Yu, Koltun & Funkhouser 2017, Dilated residual networks", "https://arxiv.org/abs/1705.09914"),
        ("Odena et al. 2016, Deconvolution and checkerboard artifacts", "https://doi.org/10.23915/distill.00003"),
    ),
)
