"""What a network sees: a picture is a matrix of numbers for each colour, and normalising decides which numbers."""

from engine.convolution import pixels as lab
from engine.convolution import pixels_lesson as lesson
from engine.core import normalising
from engine.figures import pixels as figures
from pages.shared import scaffold

page = scaffold.opening(
    "pixels",
    lab,
    lesson,
    text="A grey picture is a matrix of intensities, 0 for black to 255 for white; a colour picture is three, for red, "
    "green and blue. A network never sees the picture: it gets these numbers, shifted and scaled to be small. "
    "Zoom in until you see them, and click a pixel to follow it.",
    formula=r"x_{\mathrm{norm}} = \frac{x / 255 - \mathrm{shift}}{\mathrm{scale}}",
)
controls = page.controls
beside, picture = page.bench(0.9, 3.4)
with beside:
    controls.image("image")
    controls.slide("size", marks=" px")
    controls.slide("bits")
    controls.slide("brightness")
    controls.slide("contrast")
    controls.choose("scaling")
    controls.switch("layout")
    controls.flag("grey")
with picture:
    seen = page.compute(lab.see)
    page.picture(figures.panels(seen), lab.summary(seen), pick=("row", "column"))
    page.answer("The network gets", *lab.answer(seen))
    page.stepper(lab.trace(seen), "numbers")
    page.figure(figures.histogram(seen), "histogram", figures.histogram_words(seen))

page.ending(
    shown=(lab.see, normalising.quantise, normalising.constants, normalising.normalise),
    sources=(
        ("LeCun, Cortes & Burges, MNIST", "http://yann.lecun.com/exdb/mnist/"),
        ("PyTorch: tensor memory layout", "https://docs.pytorch.org/docs/stable/tensor_view.html"),
        ("Rec. ITU-R BT.709, luma", "https://www.itu.int/rec/R-REC-BT.709"),
    ),
)
