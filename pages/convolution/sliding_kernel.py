"""How one output cell is made: a kernel slides over an image, and every number on the way can be seen and changed."""

from engine.convolution import sliding_kernel as lab
from engine.convolution import sliding_kernel_lesson as lesson
from engine.core import convolution
from pages.shared import scaffold

page = scaffold.opening(
    "sliding_kernel",
    lab,
    lesson,
    text="Lay the kernel on a window of the input, multiply cell by cell, add everything up, and write the sum "
    "into one output cell. Move on by the stride and repeat. The same few weights are used everywhere.",
    formula=r"\mathrm{out}[o,y,x] = b_o + \sum_{c,\,i,\,j} \mathrm{in}[c,\, ys + id,\, xs + jd]\; k[o,c,i,j]",
)
controls = page.controls
beside, picture = page.bench()
with beside:
    controls.choose("image")
    controls.pair("height", "width", "Input height × width")
    controls.choose("kernel")
    controls.pair("kernel_height", "kernel_width", "Kernel height × width")
    controls.pair("stride_y", "stride_x", "Stride, vertical × horizontal")
    controls.pair("padding_y", "padding_x", "Padding, vertical × horizontal")
    controls.choose("padding_mode")
    if fold := page.more("Channels, dilation, flipping"):
        with fold:
            controls.pair("channels", "outputs", "Input → output channels")
            controls.numbers("bias")
            controls.pair("dilation_y", "dilation_x", "Dilation, vertical × horizontal")
            controls.choose("operation")
            controls.seed()
with picture:
    walk = page.compute(lab.slide)
    page.stepper(lab.trace(walk))
    page.answer("Output size", lab.shape_words(walk), lab.size_rule(page.settings))
    page.summary(lab.summary(walk))

page.ending(
    shown=(convolution.conv2d_readable, convolution.output_size, lab.slide),
    sources=(
        ("Dumoulin & Visin 2016, A guide to convolution arithmetic", "https://arxiv.org/abs/1603.07285"),
        ("torch.nn.Conv2d", "https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html"),
    ),
)
