"""How backprop shares work: a formula becomes a graph, values flow forward, gradients flow back."""

from engine.core import graph_passes
from engine.learning import computation_graph as lab
from engine.learning import computation_graph_lesson as lesson
from pages.shared import graph, scaffold

page = scaffold.opening(
    "computation_graph",
    lab,
    lesson,
    text="Compute each node once, going forward. Then go backward: a node’s gradient is the sum, over the nodes that "
    "read it, of their gradient times the local derivative. All paths are in that sum, common parts only once.",
    formula=r"\frac{\partial J}{\partial v} = \sum_{u \,\text{reads}\, v}"
    r"\frac{\partial J}{\partial u}\,\frac{\partial u}{\partial v}",
)
controls = page.controls
beside, picture = page.bench()
with beside:
    controls.text("expression", lines=7)
    graph.mistake(lab.mistake(page.settings))
    controls.switch("mode")
    if page.settings.mode != "reverse":
        graph.seed(page.state, lab.inputs(page.settings))
    controls.flag("share")
    controls.flag("fused")
with picture:
    study = page.compute(lab.differentiate)
    graph.show(study, page.state, lab.with_inputs, lab.summary(study), scale=page.scale)
    page.answer("Gradient", lab.gradient_words(study), lab.cost_words(study))
    page.summary(lab.summary(study))

page.ending(
    shown=(graph_passes.flow, graph_passes.reverse, graph_passes.tangents, graph_passes.difference),
    sources=(
        ("Olah 2015, Calculus on computational graphs", "https://colah.github.io/posts/2015-08-Backprop/"),
        ("Baydin et al. 2018, Automatic differentiation in machine learning", "https://arxiv.org/abs/1502.05767"),
        ("Rumelhart, Hinton & Williams 1986", "https://doi.org/10.1038/323533a0"),
    ),
)
