"""Pictures of networks: every box with its shape, every layer's words, inside the paper, in the palette's colours."""

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings

from engine.core.networks.grammar import parse
from engine.core.networks.meetings import Branches, Residual
from engine.core.networks.presets import ARCHITECTURES
from engine.core.networks.specification import Network
from engine.figures import theme
from engine.figures.network_diagram import MOST_PIECES, diagram, stages
from engine.figures.network_words import WORDS
from tests.engine.core.networks.legal import networks

SVG = "{http://www.w3.org/2000/svg}"
PALETTE = {color for table in (theme.INK, theme.ROLES) for color in table["light"].values()}
PRESETS = {name: parse(architecture.text) for name, architecture in ARCHITECTURES.items()}
every_preset = pytest.mark.parametrize("name", PRESETS)


def read(svg: str) -> ET.Element:
    return ET.fromstring(svg)


def texts(svg: str) -> list[str]:
    return [text.text for text in read(svg).iter(f"{SVG}text")]


def reach(svg: str) -> tuple[float, float, float, float]:
    """The smallest and the largest place of frames, circles, boxes and texts."""
    xs, ys = [], []
    for part in read(svg).iter():
        if part.tag == f"{SVG}rect":
            xs += [float(part.get("x")), float(part.get("x")) + float(part.get("width"))]
            ys += [float(part.get("y")), float(part.get("y")) + float(part.get("height"))]
        if part.tag == f"{SVG}text":
            half = 0.5 * 13 * 0.5 * len(part.text)
            xs += [float(part.get("x")) - half, float(part.get("x")) + half]
            ys += [float(part.get("y")) - 10, float(part.get("y"))]
        if part.tag == f"{SVG}polygon":
            points = [tuple(map(float, point.split(","))) for point in part.get("points").split()]
            xs += [x for x, _ in points]
            ys += [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


@every_preset
@pytest.mark.parametrize("width", [343, 960])
def test_presets_fit_the_page_and_say_every_shape(name, width):
    network = PRESETS[name]
    drawn = diagram(network, width)
    assert drawn.width <= width
    said = texts(drawn.svg)
    boxes = ["×".join(map(str, stage.made)) for stage in stages(network)]
    labels = [text for text in said if re.fullmatch(r"\d+(×\d+)*", text)]
    assert labels == ["×".join(map(str, network.input)), *boxes]
    left, top, right, bottom = reach(drawn.svg)
    assert left >= 0
    assert top >= 0
    assert right <= drawn.width
    assert bottom <= drawn.height


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(networks(depth=3))
def test_any_network_is_drawn_inside_its_paper_in_the_palettes_colours(network: Network):
    drawn = diagram(network, 400)
    assert set(re.findall(r"#[0-9a-f]{6}\b", drawn.svg)) <= PALETTE
    left, top, right, bottom = reach(drawn.svg)
    assert min(left, top) >= 0
    assert right <= drawn.width
    assert bottom <= drawn.height
    meetings = [visit for visit in network.visits if isinstance(visit.layer, Residual | Branches)]
    if len(stages(network)) <= MOST_PIECES:
        assert drawn.svg.count('r="9.0"') == len(meetings)


def test_layers_stand_in_the_order_in_which_they_run():
    said = texts(diagram(PRESETS["lenet"], 2000).svg)
    assert said == [
        *("1×28×28", "conv 5×5", "ReLU", "6×28×28", "max pool 2×2", "6×14×14"),
        *("conv 5×5", "ReLU", "16×10×10", "max pool 2×2", "16×5×5", "flatten", "400"),
        *("FC", "ReLU", "120", "FC", "ReLU", "84", "FC", "10"),
    ]


def test_a_residual_has_an_arc_and_a_shortcut_its_layers_on_it():
    accent = theme.INK["light"]["accent"]
    plain = diagram(parse("INPUT 4x9x9 -> RES[ CONV 3x3 4 pad 1 ]"))
    assert texts(plain.svg) == ["4×9×9", "conv 3×3 4", "4×9×9"]
    assert len(re.findall(rf'q8.0 0 8.0 8.0V[\d.]+" stroke="{accent}"', plain.svg)) == 1
    bent = diagram(parse("INPUT 4x9x9 -> RES[ CONV 3x3 8 /2 pad 1 | CONV 1x1 8 /2 -> BN ]"))
    assert texts(bent.svg) == ["4×9×9", "conv 3×3 8 /2", "conv 1×1 8 /2", "BN", "8×5×5"]
    body, shortcut = (
        float(part.get("y")) for part in read(bent.svg).iter(f"{SVG}text") if part.text.startswith("conv")
    )
    assert shortcut < body


def test_what_has_kernels_has_their_colour():
    root = read(diagram(PRESETS["fast"]).svg)
    colors = {part.text: part.get("fill") for part in root.iter(f"{SVG}text")}
    assert colors["conv 5×5 /2"] == colors["FC"] == theme.ROLES["light"]["kernel"]
    assert colors["ReLU"] == colors["BN"] == theme.INK["light"]["text"]


def test_texts_are_as_large_as_they_are_told_and_the_paper_grows_with_them():
    small, large = (diagram(PRESETS["resnet"], 1200, size) for size in (13, 18))
    assert 'font-size="18"' in large.svg
    assert large.height > small.height
    assert large.width <= 1200


def test_boxes_grow_with_their_texts():
    drawn = [read(diagram(PRESETS["mlp"], 1200, size).svg) for size in (13, 26)]
    small, large = ([float(part.get("height")) for part in root.iter(f"{SVG}rect")] for root in drawn)
    assert large == pytest.approx([2 * height for height in small], rel=0.01)


def test_a_long_network_is_drawn_once_where_it_repeats():
    network = parse("INPUT 3x64x64 -> [CONV 3x3 8 pad 1 -> BN -> RELU]*60 -> GLOBAL AVG -> FC 10")
    drawn = diagram(network)
    assert "59 times" in texts(drawn.svg) or "60 times" in texts(drawn.svg)
    assert len(drawn.svg) < 12_000
    assert "180" not in drawn.summary
    assert drawn.summary.startswith("A network of 183 layers, from 3×64×64 to a vector of 10: conv 3×3 to 8×64×64")


def test_a_layer_that_does_not_fit_is_drawn_as_a_warning_after_the_others():
    drawn = diagram(parse("INPUT 1x8x8 -> CONV 5x5 4"), broken="CONV 7x7 16")
    assert texts(drawn.svg)[-2:] == ["CONV 7x7 16", "does not fit"]
    assert theme.INK["light"]["warning"] in drawn.svg
    assert drawn.summary.endswith("Then CONV 7x7 16 does not fit.")
    assert theme.INK["light"]["warning"] not in diagram(parse("INPUT 1x8x8 -> CONV 5x5 4")).svg


def test_an_input_alone_is_a_picture():
    drawn = diagram(Network((3, 8, 8), ()))
    assert texts(drawn.svg) == ["3×8×8"]
    assert drawn.summary == "A network of 0 layers, from 3×8×8 to 3×8×8. 0 parameters, 0 multiply-adds for one image."


def test_the_summary_says_shapes_and_costs():
    drawn = diagram(PRESETS["lenet"])
    for words in ("12 layers", "from 1×28×28", "conv 5×5 to 6×28×28", "61,706 parameters", "416,520 multiply-adds"):
        assert words in drawn.summary
    assert f'aria-label="{drawn.summary}"' in drawn.svg


def test_what_is_said_under_the_pointer_names_the_layer():
    titles = [title.text for title in read(diagram(PRESETS["lenet"]).svg).iter(f"{SVG}title")]
    assert titles[0].splitlines() == ["Layer 1: CONV 5x5 6 pad 2, 6×28×28, 156 parameters", "Layer 2: RELU, 6×28×28"]


def test_every_kind_of_layer_has_words():
    from engine.core.networks.building import MODULES
    from engine.core.networks.script import CALLS

    assert set(WORDS) == set(MODULES) == set(CALLS) | {Residual, Branches}
