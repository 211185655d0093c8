"""What people did before kernels were learned: filters by hand, and the features built from them."""

from engine.convolution import image_filters as lab
from engine.convolution import image_filters_lesson as lesson
from engine.convolution import image_filters_words as words
from engine.core import features, filtering, kernels
from engine.figures import filters as figures
from pages.shared import scaffold

page = scaffold.opening(
    "image_filters",
    lab,
    lesson,
    text="For thirty years people wrote kernels by hand: to blur, to sharpen, to find edges; and stacked them into "
    "features such as HOG and Harris corners. A convolutional network starts from the same operation and learns "
    "the numbers.",
    formula=r"y[c,i,j] = \sum_{m,n} w[m,n]\; x[c,\, i+m,\, j+n]",
)
controls, settings = page.controls, page.settings
beside, picture = page.bench(0.9, 3.4)
with beside:
    controls.image("image")
    controls.choose("view")
    controls.choose("first")
    if kernels.KERNELS[settings.first].scales:
        controls.slide("first_size")
    for name in lab.fields_in_use(settings):
        controls.field(name)
    if fold := page.more("Chain, border, size"):
        with fold:
            for slot in lab.SLOTS[1:]:
                controls.choose(slot)
                if getattr(settings, slot) != "none":
                    controls.slide(f"{slot}_size")
            controls.choose("border")
            controls.switch("channels")
            controls.slide("size", marks=" px")
            controls.flag("normalise")
with picture:
    result = page.compute(lab.apply)
    page.picture(figures.panels(result), words.summary(result), height=420)
    page.answer(*words.answer(result))
    if lab.filters(result):
        page.stepper(lab.trace(result), "kernel")
        page.summary(words.speed_words(result))

page.ending(
    shown=(lab.apply, filtering.direct, filtering.separable, filtering.fourier, features.hog, features.harris),
    sources=(
        ("Dalal & Triggs 2005, Histograms of oriented gradients", "https://doi.org/10.1109/CVPR.2005.177"),
        ("Harris & Stephens 1988, A combined corner and edge detector", "https://doi.org/10.5244/C.2.23"),
        ("Daugman 1985, Gabor functions", "https://doi.org/10.1364/JOSAA.2.001160"),
        (
            "scipy.ndimage.correlate",
            "https://docs.scipy.org/doc/scipy/reference/generated/scipy.ndimage.correlate.html",
        ),
    ),
)
