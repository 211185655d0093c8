"""Why locality is a good bet: neighbouring pixels go together, and filters learned from that alone look for edges."""

from engine.convolution import image_statistics as lab
from engine.convolution import image_statistics_lesson as lesson
from engine.core import components, correlations, scrambling, spectra
from engine.core import patches as cloud
from engine.figures import image_statistics as figures
from engine.figures import statistics_curves as curves
from pages.shared import scaffold
from pages.shared.state import memory

page = scaffold.opening(
    "image_statistics",
    lab,
    lesson,
    text="A convolution looks at a small window and takes for granted that what goes together lies together. Measure "
    "it: how alike are two pixels, by how far they are apart? Then shuffle the pixels. The histogram is the same, and "
    "all that a convolution lives on is gone.",
    formula=r"r(d) = \frac{\operatorname{cov}(x_p,\; x_{p+d})}{\sigma^2} \qquad P(f) \propto \frac{1}{f^{\alpha}}",
)
controls, settings = page.controls, page.settings
beside, picture = page.bench(0.9, 3.4)
with beside:
    controls.choose("view")
    controls.switch("copy")
    if settings.copy == "shuffle":
        controls.slide("block", marks=" px")
    if settings.view == "patches":
        controls.choose("method")
    for name in lab.used_fields(settings):
        controls.field(name)
    controls.image("image")
    if fold := page.more("Size, light, seed"):
        with fold:
            controls.slide("size", marks=" px")
            controls.switch("tone")
            controls.seed()
with picture:
    result = page.compute(lab.measure, memory(settings))
    page.answer(*lab.answer(result))
    if settings.view == "spectrum":
        page.figure(curves.curves(result), "curve", curves.curve_words(result), height=280)
    height, columns = figures.SIZES[settings.view]
    page.picture(figures.panels(result), lab.summary(result), height=height, columns=columns)
    if settings.view == "patches":
        page.picture(figures.steps(result), figures.step_words(result), "steps", height=170, columns=4)
    if settings.view != "spectrum":
        page.figure(curves.curves(result), "curve", curves.curve_words(result), height=250)
    if settings.view == "pairs":
        page.figure(curves.histogram(result), "histogram", curves.histogram_words(result), height=200)

page.ending(
    shown=(
        correlations.correlation,
        correlations.autocorrelation,
        spectra.power_spectrum,
        spectra.fit,
        scrambling.shuffle_blocks,
        cloud.whitening,
        components.fast_ica,
        components.lloyd,
    ),
    sources=(
        ("Simoncelli 2005, Statistical modeling of photographic images", ""),
        ("Ruderman 1994, The statistics of natural images", "https://doi.org/10.1088/0954-898X_5_4_006"),
        ("Field 1987, Relations between the statistics of natural images", "https://doi.org/10.1364/JOSAA.4.002379"),
        ("Olshausen & Field 1996, Emergence of simple-cell receptive fields", "https://doi.org/10.1038/381607a0"),
        ("Hyvärinen & Oja 2000, Independent component analysis", "https://doi.org/10.1016/S0893-6080(00)00026-5"),
        ("Coates & Ng 2012, Learning with k-means", "https://doi.org/10.1007/978-3-642-35289-8_30"),
    ),
)
