"""The boxes of layers: sizes as labels, one scale for both, windows where the layer reads; costs as bars."""

import re

import pytest

from engine.convolution import layer_shapes as lab
from engine.convolution import layer_shapes_lesson as lesson
from engine.core.arithmetic import Volume
from engine.figures import layer_costs, theme, volumes

PRESETS = {preset.name: preset.settings for preset in lesson.PRESETS}
ROLE = theme.ROLES["light"]


def colors(drawing: str) -> set[str]:
    return set(re.findall(r'<path d="[^"]+" stroke="(#\w+)"', drawing))


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_is_drawn_inside_its_paper_with_its_six_sizes(name):
    shapes = lab.measure(PRESETS[name])
    wanted = [str(side) for v in (shapes.given, shapes.made) for side in (v.height, v.channels, v.width)]
    for drawing in volumes.drawings(shapes):
        assert re.findall(r">(\d+)</text>", drawing) == wanted
        for points in re.findall(r'points="([^"]+)"', drawing):
            for x, y in (map(float, point.split(",")) for point in points.split()):
                assert 0 <= x <= volumes.SIZE[0]
                assert 0 <= y <= volumes.SIZE[1]


def test_both_boxes_have_one_scale_for_height_and_width():
    given, made = volumes.boxes(Volume(64, 224, 224), Volume(64, 112, 112))
    assert given.down == pytest.approx(2 * made.down)
    assert given.deep == pytest.approx(2 * made.deep)
    assert given.across == pytest.approx(made.across)


def test_shared_windows_have_one_colour_and_windows_of_their_own_two():
    fully, locally, shared = volumes.drawings(lab.measure(PRESETS["five"]))
    assert colors(fully) == colors(shared) == {ROLE["kernel"]}
    assert colors(locally) == {ROLE["kernel"], ROLE["bias"]}
    assert len(re.findall("<path", shared)) == 2


def test_a_layer_with_one_place_has_one_window():
    assert len(re.findall("<path", volumes.drawings(lab.measure(PRESETS["vgg-full"]))[2])) == 1


def test_the_bars_are_the_counts_and_start_at_one():
    shapes = lab.measure(PRESETS["large"])
    weights, multiplications = layer_costs.bars(shapes).data
    assert list(weights.x) == [8_100_000_000, 2_250_000, 25]
    assert list(multiplications.x) == [8_100_000_000, 2_250_000, 2_250_000]
    assert layer_costs.bars(shapes).layout.xaxis.range[0] == 0


def test_pooling_has_no_bar():
    assert layer_costs.bars(lab.measure(PRESETS["pool"])).data[0].x[2] is None
