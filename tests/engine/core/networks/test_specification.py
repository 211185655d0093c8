"""Specifications against torch: shapes, parameters, multiply-adds, receptive fields; and what does not fit."""

from math import prod

import pytest
import torch
from hypothesis import HealthCheck, assume, given, settings
from torch import fx
from torch.utils.flop_counter import FlopCounterMode

from engine.core import receptive_trace
from engine.core.networks import gallery
from engine.core.networks.building import build
from engine.core.networks.grammar import parse
from engine.core.networks.layers import Activation, Dropout, Linear
from engine.core.networks.meetings import Branches, Residual
from engine.core.networks.presets import ARCHITECTURES
from engine.core.networks.sheet import Row, Totals, sheet, totals
from engine.core.networks.sliding import Conv2d, MaxPool2d
from engine.core.networks.specification import Limits, Network, NetworkError
from tests.engine.core.networks import counting
from tests.engine.core.networks.legal import linear_networks, networks

SLOW = settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
VGG_D = (
    "INPUT 3x224x224 -> [CONV 3x3 64 pad 1 -> RELU]*2 -> POOL -> [CONV 3x3 128 pad 1 -> RELU]*2 -> POOL "
    "-> [CONV 3x3 256 pad 1 -> RELU]*3 -> POOL -> [[CONV 3x3 512 pad 1 -> RELU]*3 -> POOL]*2 "
    "-> [FC 4096 -> RELU -> DROPOUT]*2 -> FC 1000"
)
ALEXNET = (
    "INPUT 3x224x224 -> CONV 11x11 64 /4 pad 2 -> RELU -> POOL 3x3 /2 -> CONV 5x5 192 pad 2 -> RELU -> POOL 3x3 /2 "
    "-> CONV 3x3 384 pad 1 -> RELU -> [CONV 3x3 256 pad 1 -> RELU]*2 -> POOL 3x3 /2 "
    "-> [DROPOUT -> FC 4096 -> RELU]*2 -> FC 1000"
)


class Shapes(fx.Interpreter):
    """Runs a module on the meta device and notes the shape of every layer, and of every sum and stack."""

    def __init__(self, module: torch.nn.Module) -> None:
        super().__init__(fx.symbolic_trace(module))
        self.found: dict[str, tuple[int, ...]] = {}

    def run_node(self, node: fx.Node):
        made = super().run_node(node)
        if node.op == "call_module":
            self.found[str(node.target)] = tuple(made.shape[1:])
        return made


def resnet_text() -> str:
    """ResNet-18 in the grammar."""

    def block(width: int, halved: bool) -> str:
        first = f"CONV 3x3 {width}{' /2' if halved else ''} pad 1 no bias -> BN -> RELU"
        body = f"{first} -> CONV 3x3 {width} pad 1 no bias -> BN"
        return f"RES[ {body}{f' | CONV 1x1 {width} /2 no bias -> BN' if halved else ''} ] -> RELU"

    stages = [f"{block(width, width > 64)} -> {block(width, False)}" for width in (64, 128, 256, 512)]
    start = "INPUT 3x224x224 -> CONV 7x7 64 /2 pad 3 no bias -> BN -> RELU -> POOL 3x3 /2 pad 1"
    return " -> ".join([start, *stages, "GLOBAL AVG -> FC 1000"])


@SLOW
@given(networks())
def test_shapes_are_those_of_torchs_forward(network: Network):
    module = build(network, None).eval()
    walk = Shapes(module)
    made = walk.run(torch.empty(2, *network.input, device="meta"))
    assert tuple(made.shape[1:]) == network.output
    rows = sheet(network)
    leaves = {row.name: row.output for row in rows if row.kind not in ("Residual", "Branches")}
    assert leaves == {name: shape for name, shape in walk.found.items() if not name.endswith("shortcut")}
    numbers = [row.number for row in rows]
    assert len(set(numbers)) == len(numbers) == len(network.visits)


@SLOW
@given(networks())
def test_parameters_and_multiply_adds_are_torchs(network: Network):
    module = build(network, 0).eval()
    rows = sheet(network)
    for row in rows:
        part = module.get_submodule(row.name)
        assert row.activations == (0 if row.kind == "Flatten" else prod(row.output))
        if row.kind not in ("Residual", "Branches"):
            assert row.parameters == counting.parameters(part)
    total = totals(rows)
    assert total.parameters == counting.parameters(module) == network.parameters
    assert total.parameter_bytes == sum(weight.nbytes for weight in module.parameters())
    with FlopCounterMode(display=False) as flops, torch.no_grad():
        made = module(torch.zeros(1, *network.input))
    assert tuple(made.shape[1:]) == network.output
    assert total.multiply_adds == flops.get_total_flops() // 2


def seen(network: Network, cell: tuple[int, int]) -> tuple[int, int]:
    """Height and width of what a cell of the last map sees, by the gradient of all its channels."""
    module = build(network, 0).double().eval()
    with torch.no_grad():
        for weight in module.parameters():
            weight.fill_(0.01)
    image = torch.ones(1, *network.input, dtype=torch.float64, requires_grad=True)
    module(image)[0, :, cell[0], cell[1]].sum().backward()
    lit = image.grad[0].abs().sum(dim=0) > 0
    rows, columns = torch.nonzero(lit.any(dim=1)), torch.nonzero(lit.any(dim=0))
    return int(rows.max() - rows.min()) + 1, int(columns.max() - columns.min()) + 1


@settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
@given(linear_networks())
def test_receptive_fields_are_what_the_gradient_reaches(network: Network):
    row = next(row for row in reversed(sheet(network)) if not row.depth)
    cell = tuple(int(0.5 * 64 / jump) for jump in row.jump)
    assume(max(row.field) <= 40)
    assert seen(network, cell) == row.field


@pytest.mark.parametrize("name", ["resnet", "inception", "vgg", "lenet", "all_convolutional"])
def test_receptive_fields_of_presets_are_those_of_the_module(name):
    network = parse(ARCHITECTURES[name].text)
    rows = {row.name: row for row in sheet(network)}
    steps = [receptive_trace.trace(build(network, None), axis) for axis in (0, 1)]
    found = [step for step in zip(*steps, strict=True) if step[0].window is not None]
    assert len(found) > 2
    for down, across in found:
        row = rows[down.name]
        assert row.field == (down.field.size, across.field.size)
        assert row.jump == (down.field.jump, across.field.jump)


def test_branches_of_different_strides_that_still_meet_see_the_extremes_of_both():
    branch, *_, pool = sheet(parse("INPUT 1x6x6 -> BRANCH[ CONV 1x1 1 /5 | CONV 2x2 1 /3 ] -> POOL 2x2"))
    assert branch.output == (2, 2, 2)
    assert branch.field == (3, 3)  # the second cell sees 5 through one way, 3 and 4 through the other
    assert pool.field == (6, 6)


@pytest.mark.parametrize(
    ("size", "field", "jump"),
    [("7x7", (2, 2), (2, 2)), ("1x1", (14, 14), (14, 14)), ("4x14", (4, 1), (3.5, 1)), ("5x3", (4, 6), (2.8, 14 / 3))],
)
def test_adaptive_pooling_sees_its_windows(size, field, jump):
    row = sheet(parse(f"INPUT 1x14x14 -> ADAPTIVE AVG {size}"))[0]
    assert (row.field, tuple(map(float, row.jump))) == (field, jump)


def test_a_fully_connected_layer_sees_the_whole_input_and_flattening_alone_does_not():
    rows = sheet(parse("INPUT 1x9x9 -> CONV 3x3 2 -> FC 5 -> RELU"))
    assert [row.field for row in rows] == [(3, 3), (3, 3), None, None]
    assert [row.jump for row in rows] == [(1, 1), None, None, None]


@pytest.mark.parametrize(
    ("text", "parameters", "multiply_adds", "field"),
    [
        (VGG_D, 138_357_544, 15_470_264_320, 212),
        (ALEXNET, 61_100_840, 714_188_480, 195),
        (resnet_text(), 11_689_512, 1_814_073_344, 435),
    ],
)
def test_published_networks_in_the_grammar(text, parameters, multiply_adds, field):
    rows = sheet(parse(text))
    total = totals(rows)
    assert (total.parameters, total.multiply_adds) == (parameters, multiply_adds)
    last = [row for row in rows if len(row.output) == 3 and row.kind != "AdaptiveAvgPool2d" and not row.depth][-1]
    assert last.field == (field, field)
    assert last.jump == (32, 32)


def test_resnet_in_the_grammar_costs_what_the_classic_one_does():
    classic = counting.layers(gallery.build("resnet_18", None), 224)
    assert totals(sheet(parse(resnet_text()))).multiply_adds == sum(layer.multiply_adds for layer in classic)


def test_lenet_layer_by_layer():
    rows = {row.text: row for row in sheet(parse(ARCHITECTURES["lenet_1998"].text))}
    learned = ["CONV 5x5 6 pad 2", "CONV 5x5 16", "CONV 5x5 120", "FC 84", "FC 10"]
    assert [rows[text].parameters for text in learned] == [156, 2416, 48_120, 10_164, 850]
    assert rows["CONV 5x5 120"].output == (120, 1, 1)
    assert rows["CONV 5x5 120"].field == (32, 32)


def test_totals_are_sums():
    assert totals(()) == Totals(0, 0, 0)
    total = totals(sheet(parse("INPUT 1x4x4 -> CONV 3x3 2 -> RES[ RELU ] -> FC 3")))
    assert total == Totals(20 + 27, 18 * 4 + 24, 8 + 8 + 8 + 3)
    assert total.activation_bytes == 4 * 27


def test_rows_are_plain_data():
    row = sheet(parse("INPUT 1x4x4 -> RES[ CONV 1x1 1 -> LEAKY 0.2 ]"))[2]
    assert isinstance(row, Row)
    assert (row.path, row.number, row.name, row.kind, row.text, row.depth) == (
        (0, 0, 1),
        "1.1.2",
        "0.body.1",
        "LeakyReLU",
        "LEAKY 0.2",
        1,
    )


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Conv2d(0, (3, 3)), "Output channels must be a whole number from 1"),
        (lambda: Conv2d(3, (3, 65)), "Kernel size must be a whole number from 1 to 64"),
        (lambda: Conv2d(3, (3, 3), (0, 1)), "Stride must be"),
        (lambda: Conv2d(3, (3, 3), groups=0), "Groups must be"),
        (lambda: MaxPool2d((3, 3), padding=(1, 2)), "at most half its window: 1x1 for 3x3, not 1x2"),
        (lambda: Dropout(1.2), "DROPOUT must lie between 0 and 1"),
        (lambda: Dropout(float("nan")), "DROPOUT must lie between 0 and 1"),
        (lambda: Activation("Relu"), "no activation 'Relu'"),
        (lambda: Activation("ReLU", 0.1), "RELU has no number"),
        (lambda: Activation("ELU", 11.0), "ELU must lie between 0 and 10"),
        (lambda: Linear(0), "Output features must be"),
        (lambda: Residual(()), "body of RES is empty"),
        (lambda: Branches(((Linear(3),),)), "at least two ways"),
        (lambda: parse("INPUT 1x4x4 -> FC 4 -> GN 4"), "a group of one number"),
        (lambda: parse("INPUT 6x4x4 -> GN 4"), "4 groups must divide its 6 channels"),
        (lambda: Network((1, 0, 4), ()), "The input does not fit: Height must be"),
        (
            lambda: Network((1, 4, 4), (Linear(3),)),
            "Layer 1, FC 3, does not fit: its input is 1×4×4, but it takes a vec",
        ),
        (lambda: Network((1, 4, 4), (Dropout(),) * 201), "at most 200 layers; this has 201"),
        (
            lambda: Limits(parameters=10).check(parse("INPUT 1x2x2 -> FC 3")),
            "15 parameters, and at most 10 are allowed",
        ),
    ],
)
def test_what_cannot_be_is_refused_in_words(make, sentence):
    with pytest.raises(ValueError, match=sentence) as refusal:
        make()
    assert isinstance(refusal.value, NetworkError) or sentence


def test_equal_networks_are_equal_keys():
    one, other = (parse("INPUT 1x8x8 -> RES[ CONV 3x3 1 pad 1 ] -> FC 2") for _ in range(2))
    assert one == other
    assert len({one, other}) == 1
    assert Activation("LeakyReLU") == Activation("LeakyReLU", 0.01)
    assert MaxPool2d((2, 2)) == MaxPool2d((2, 2), (2, 2))
