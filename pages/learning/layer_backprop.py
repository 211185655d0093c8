"""What a layer passes back: gradients of its input and parameters, in numbers, for any layer and for whole networks."""

from engine.core import backward, gradient_check
from engine.figures import layer_backprop as figures
from engine.learning import layer_backprop as lab
from engine.learning import layer_backprop_landscape as landscape
from engine.learning import layer_backprop_lesson as lesson
from engine.learning import layer_backprop_words as words
from pages.shared import places, scaffold, script, tables

page = scaffold.opening(
    "layer_backprop",
    lab,
    lesson,
    text="A layer gets one thing from above: the gradient $g$ of the loss at its output. It makes two of it: the "
    "gradient of its weights, which it learns from, and the gradient of its input, which it passes back.",
    formula=r"y = W x + b: \qquad \frac{\partial L}{\partial W} = g\,x^{\mathsf T} \qquad "
    r"\frac{\partial L}{\partial b} = g \qquad \frac{\partial L}{\partial x} = W^{\mathsf T} g",
)
controls, settings, view, part = page.controls, page.settings, page.settings.view, lesson.part(page.settings)
with places.row("view"):
    controls.switch("view", hidden=True)
    page.presets(part, noted=False)
beside, picture = page.bench(1.0, 3.8, notes=part)
with beside:
    if view == "layer":
        controls.choose("kind")
    for name in lab.fields_shown(settings):
        controls.field(name)
    controls.seed()
with picture:
    made = page.compute(lab.differentiate)
    if isinstance(made, lab.Learned):
        page.answer(*lab.answer(made))
        page.picture(figures.digit_panels(made), lab.summary(made), "gradients", height=140, columns=4)
    elif steps := lab.trace(made):
        page.stepper(steps, f"{view}_steps")
        page.answer(*lab.answer(made))
        page.summary(lab.summary(made))

if isinstance(made, lab.Trained):
    found = landscape.survey(made)
    with page.section("Many updates, and where this one starts"):
        many = (figures.network_losses(made), "losses", words.loss_words(made.losses, settings.update))
        places.charts(page, (1, 1), 300, many, (figures.cuts(found), "cuts", words.landscape_words(found, made)))
if isinstance(made, lab.Learned):
    with page.section("Before and after"):
        shares = (figures.probabilities(made), "probabilities", words.probability_words(made))
        descent = figures.losses(made.losses, (0, len(made.losses) - 1))
        places.charts(page, (1, 1), 300, shares, (descent, "losses", words.loss_words(made.losses)))

checked = "Every gradient against finite differences"
if isinstance(made, lab.Trained):
    with page.section(f"The same step in PyTorch, and {checked.lower()}", gradient_check.METHOD):
        left, right = places.columns(1, 1.1)
        with left:
            tables.show(gradient_check.table(made.checks))
        with right:
            script.show(lesson.torch_code(settings))
else:
    with page.section(checked, gradient_check.METHOD):
        tables.show(gradient_check.table(made.checks))
if isinstance(made, lab.Learned):
    page.summary(words.direction_words(made))

page.ending(
    shown=(
        backward.linear_backward,
        backward.conv2d_backward,
        backward.batch_norm_backward,
        gradient_check.differences,
    ),
    sources=(
        ("Rumelhart, Hinton & Williams 1986", "https://doi.org/10.1038/323533a0"),
        ("Ioffe & Szegedy 2015, Batch normalization", "https://arxiv.org/abs/1502.03167"),
        ("Dauphin et al. 2014, Saddle points", "https://arxiv.org/abs/1406.2572"),
        ("torch.nn.functional", "https://docs.pytorch.org/docs/stable/nn.functional.html"),
    ),
)
