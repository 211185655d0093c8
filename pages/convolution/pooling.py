"""Why throw information away: pooling step by step, what it is stable to, and the ways back."""

from engine.convolution import pooling as lab
from engine.convolution import pooling_films
from engine.convolution import pooling_lesson as lesson
from engine.core import pooling, rotations, shifts, unpooling
from engine.figures import pooling as figures
from pages.shared import scaffold

page = scaffold.opening(
    "pooling",
    lab,
    lesson,
    text="A window of cells becomes one number, their maximum or their mean. There is nothing to learn in it: the map "
    "gets smaller, later layers see further and cost less, and a small shift of the picture changes less.",
    formula=r"z_k = \max_{j \in N_k} y_j, \quad z_k = \frac{1}{|N_k|} \sum_{j \in N_k} y_j",
)
controls = page.controls
beside, picture = page.bench()
with beside:
    controls.switch("operation")
    controls.choose("image")
    controls.pair("height", "width", "Input height × width")
    controls.pair("kernel_height", "kernel_width", "Window height × width")
    controls.pair("stride_y", "stride_x", "Stride, vertical × horizontal")
    if fold := page.more("Padding, rounding, dilation, channels"):
        with fold:
            controls.pair("padding_y", "padding_x", "Padding, vertical × horizontal")
            controls.flag("ceil_mode")
            controls.flag("count_include_pad")
            controls.pair("dilation_y", "dilation_x", "Dilation, vertical × horizontal")
            controls.number("channels")
            controls.seed()
with picture:
    made = page.compute(lab.pool)
    page.stepper(lab.trace(made))
    page.answer("Kept", lab.kept(made), lab.numbers(made))
    page.summary(lab.summary(made))

STABLE = "A photo moves to the right, and four ways make its map smaller. How much does the map change?"
with page.section("Stable to a small shift", STABLE, "shift"):
    beside, picture = page.bench(part="shift")
    with beside:
        controls.image("photo")
        for name in ("feature", "factor", "blur", "taps", "measure"):
            controls.field(name)
    with picture:
        page.film(lab.shift_film(page.compute(lab.shift), page.settings), "shift")

TURNED = "A bank of kernels, each the same pattern turned. Each answers one direction; the maximum over the channels "
with page.section("Pooling over channels: invariant to rotation", TURNED + "answers all.", "channels"):
    beside, picture = page.bench(part="channels")
    with beside:
        controls.image("pattern", camera=False, upload=False)
        controls.slide("orientations")
    with picture:
        page.film(pooling_films.turn_film(page.compute(lab.turn)), "turn")

BACK = "The maximum cannot be undone. But if pooling records where each maximum stood, its switch, it can go back. "
with page.section("Unpooling with switches", BACK + "The photo and the factor are those chosen above.", "unpool"):
    page.stepper(lab.way_back(made), "unpooling")
    page.summary(lab.way_back(made).summary)
    back = page.compute(lab.restore)
    page.picture(figures.restored(back), unpooling.restored_words(back), "photo", height=220)

ROUTED = "Only the winner of a window decides its output, so only the winner gets a gradient. Edit the numbers and see."
with page.section("Where the gradient goes", ROUTED, "gradient"):
    page.stepper(lab.routing(made), "gradient")
    page.summary(lab.routing(made).summary)

page.ending(
    shown=(pooling.max_pool_readable, pooling.max_pool_backward, pooling.blur_pool, shifts.shifts, rotations.turns),
    sources=(
        ("Zhang 2019, Making Convolutional Networks Shift-Invariant Again", "https://arxiv.org/abs/1904.11486"),
        ("Springenberg et al. 2015, Striving for Simplicity", "https://arxiv.org/abs/1412.6806"),
        ("Zeiler & Fergus 2014, Visualizing Convolutional Networks", "https://arxiv.org/abs/1311.2901"),
        ("Goodfellow et al., Deep Learning, section 9.3", "https://www.deeplearningbook.org/contents/convnets.html"),
        ("torch.nn.MaxPool2d", "https://docs.pytorch.org/docs/stable/generated/torch.nn.MaxPool2d.html"),
    ),
)
