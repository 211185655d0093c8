"""What a layer's shape costs: output size, weights and multiplications, fully and locally connected, and shared."""

from engine.convolution import layer_shapes as lab
from engine.convolution import layer_shapes_guide as guide
from engine.convolution import layer_shapes_lesson as lesson
from engine.convolution import layer_shapes_steps as steps
from engine.core import arithmetic
from engine.figures import layer_costs, volumes
from pages.shared import scaffold
from pages.shared import volumes as table

page = scaffold.opening(
    "layer_shapes",
    lab,
    lesson,
    text="Every neuron of a fully connected layer sees the whole input. Let it see a window only, and most weights go; "
    "let all places share the weights of that window, and what is left no longer depends on the size of the image.",
    formula=r"\text{parameters} = (W_k \cdot H_k \cdot C_\mathrm{in} + 1)\, C_\mathrm{out}",
)
controls = page.controls
pools = page.settings.layer in ("max_pool", "mean_pool")
beside, picture = page.bench()
with beside:
    controls.choose("layer")
    controls.pair("height", "width", "Input height × width")
    if pools:
        controls.number("channels")
    else:
        controls.pair("channels", "outputs", "Input → output channels")
    controls.pair("kernel_height", "kernel_width", "Kernel height × width")
    controls.pair("stride_y", "stride_x", "Stride, vertical × horizontal")
    controls.pair("padding_y", "padding_x", "Padding, vertical × horizontal")
    if pools:
        controls.flag("ceil_mode")
    if fold := page.more("Dilation, groups, bias"):
        with fold:
            controls.pair("dilation_y", "dilation_x", "Dilation, vertical × horizontal")
            controls.pair("output_padding_y", "output_padding_x", "Output padding (transposed)")
            controls.number("groups")
            controls.flag("bias")
with picture:
    shapes = page.compute(lab.measure)
    page.answer("Output", shapes.made.words, lab.size_rule(page.settings))
    table.show(
        [way.title for way in shapes.ways],
        volumes.drawings(shapes),
        lab.rows(shapes),
        key="layer_shapes.volumes",
        name="layer_shapes",
        scale=page.scale,
    )
    page.summary(lab.summary(shapes))

with page.section("The same on a logarithmic scale"):
    page.figure(layer_costs.bars(shapes), "costs", lab.cost_words(shapes), height=260)

with page.section("One channel, step by step", guide.INTRODUCTION, part="guide"):
    page.answer("Guide", guide.named(page.settings), guide.in_the_guide(page.settings))
    walk, words = steps.shown(shapes)
    page.summary(words)
    if walk:
        page.stepper(walk)

page.ending(
    shown=(arithmetic.output_size, arithmetic.pooled_size, arithmetic.transposed_size, arithmetic.cost, lab.measure),
    sources=(
        ("Dumoulin & Visin 2016, A guide to convolution arithmetic", "https://arxiv.org/abs/1603.07285"),
        ("torch.nn.Conv2d", "https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html"),
        ("torch.nn.MaxPool2d", "https://docs.pytorch.org/docs/stable/generated/torch.nn.MaxPool2d.html"),
    ),
)
