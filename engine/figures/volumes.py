"""Layers as boxes: what one neuron of the output sees of the input, drawn to scale as SVG.

Height runs down, channels across, width into the page. Height and width have one scale in both boxes; the channels
have that scale too where they fit, else one of their own. Nothing is drawn thinner than a few pixels.
"""

from engine.convolution.layer_shapes import Shapes
from engine.core.arithmetic import Volume
from engine.figures import theme
from engine.figures.boxes import DEPTH, THINNEST, Box, Corner, block, solid

SIZE = (340, 212)
FONT_SIZE = 15
INK, ROLE = theme.INK["light"], theme.ROLES["light"]


def drawings(shapes: Shapes) -> tuple[str, ...]:
    """One SVG for each way to connect: fully, locally, with shared weights."""
    given, made = boxes(shapes.given, shapes.made)
    return tuple(_drawing(shapes, given, made, way.name) for way in shapes.ways)


def boxes(given: Volume, made: Volume) -> tuple[Box, Box]:
    """Both volumes side by side, as large as the paper allows."""
    gap, left, top, bottom = 44.0, 34.0, 24.0, 24.0
    room = (SIZE[0] - gap - left - 34, SIZE[1] - top - bottom)
    tall = max(volume.height + volume.width * DEPTH[1] for volume in (given, made))
    wide = sum(volume.width * DEPTH[0] for volume in (given, made))
    channels = given.channels + made.channels
    unit = min(room[1] / tall, 0.62 * room[0] / wide)
    own = min(unit, (room[0] - wide * unit) / channels)
    placed, x = [], left
    for volume in (given, made):
        across, down, deep = (
            max(THINNEST, size) for size in (volume.channels * own, volume.height * unit, volume.width * unit)
        )
        middle = top + room[1] / 2
        placed.append(Box(volume, x, middle - (down - deep * DEPTH[1]) / 2, across, down, deep))
        x += across + deep * DEPTH[0] + gap
    shift = max(0.0, (SIZE[0] - 34 - (x - gap)) / 2)
    one, other = (Box(box.volume, box.x + shift, box.y, box.across, box.down, box.deep) for box in placed)
    return one, other


def _drawing(shapes: Shapes, given: Box, made: Box, way: str) -> str:
    parts = [solid(given, ROLE["input"], 0.16), *_sizes(given, ROLE["input"], left=True)]
    seen = _seen(shapes, way)
    neurons = []
    for window, place, color in seen:
        near, far = window
        parts.append(block(given, near, far, color, 0.55))
        neurons.append((_rays(given, near, far, made, place, color), place, color))
    parts += [solid(made, ROLE["output"], 0.16), *_sizes(made, ROLE["output"], left=False)]
    for rays, (near, far), color in neurons:
        parts += [block(made, near, far, color, 0.9), rays]
    words = f"{shapes.given.words} to {shapes.made.words}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE[0]} {SIZE[1]}" role="img" aria-label="{words}" '
        f'font-family="Inter, system-ui, sans-serif" font-size="{FONT_SIZE}">{"".join(parts)}</svg>'
    )


Region = tuple[Corner, Corner]


def _seen(shapes: Shapes, way: str) -> list[tuple[Region, Region, str]]:
    """What is lit: (region of the input, neurons of the output, colour), each region from 0 to 1 on each axis."""
    if way == "fully":
        return [(((0, 0, 0), (1, 1, 1)), _cell(shapes.made, 0.4, 0.35, 1), ROLE["kernel"])]
    hues = (ROLE["kernel"], ROLE["bias"] if way == "locally" else ROLE["kernel"])
    single = shapes.layer.pools or shapes.layer.groups > 1
    share = 1 / shapes.layer.groups if not shapes.layer.pools else 1 / shapes.given.channels
    found: list[tuple[Region, Region, str]] = []
    for (down, across), color in zip(((0.12, 0.16), (0.78, 0.62)), hues, strict=True):
        rows = _reach(shapes, 0, down)
        columns = _reach(shapes, 1, across)
        if rows is None or columns is None:
            continue
        neurons = _cell(shapes.made, down, across, share if single else 1)
        if found and neurons == found[0][1]:  # one place only
            break
        found.append((((0, rows[0], columns[0]), (share if single else 1, rows[1], columns[1])), neurons, color))
    return found


def _place(count: int, share: float) -> int:
    return min(count - 1, round(share * (count - 1)))


def _cell(made: Volume, down: float, across: float, channels: float) -> Region:
    row, column = _place(made.height, down), _place(made.width, across)
    near = (0.0, row / made.height, column / made.width)
    return near, (channels, (row + 1) / made.height, (column + 1) / made.width)


def _reach(shapes: Shapes, axis: int, share: float) -> tuple[float, float] | None:
    """The part of the input's side that an output cell reads, cut at the border; None if it reads padding alone."""
    layer = shapes.layer
    size = (shapes.given.height, shapes.given.width)[axis]
    place = _place((shapes.made.height, shapes.made.width)[axis], share)
    window = layer.dilation[axis] * (layer.kernel[axis] - 1)
    if layer.kind == "transposed":  # input cells whose kernels reach this output cell
        first = -(-(place + layer.padding[axis] - window) // layer.stride[axis])
        last = (place + layer.padding[axis]) // layer.stride[axis]
    else:
        first = place * layer.stride[axis] - layer.padding[axis]
        last = first + window
    first, last = max(0, first), min(size - 1, last)
    return (first / size, (last + 1) / size) if first <= last else None


def _rays(given: Box, near: Corner, far: Corner, made: Box, place: Region, color: str) -> str:
    """From the far corners of what is seen to the neuron that sees it."""
    (c0, r0, w0), (_, r1, w1) = place
    target = made.at(c0, (r0 + r1) / 2, (w0 + w1) / 2)
    corners = [given.at(far[0], row, column) for row in (near[1], far[1]) for column in (near[2], far[2])]
    lines = "".join(f"M{x:.1f} {y:.1f}L{target[0]:.1f} {target[1]:.1f}" for x, y in corners)
    return f'<path d="{lines}" stroke="{color}" stroke-width="0.8" stroke-opacity="0.75" fill="none"/>'


def _sizes(box: Box, color: str, left: bool) -> list[str]:
    """Height beside, where no ray runs, channels below, width along the lower edge that goes into the page."""
    low = box.at(0.5, 1, 0)
    x, y = box.at(0, 0.5, 0) if left else box.at(1, 0.5, 1)
    deep = box.at(1, 1, 0.5)
    return [
        _text(f"{box.volume.height}", x + (-6 if left else 6), y + 5, "end" if left else "start", color),
        _text(f"{box.volume.channels}", low[0], low[1] + 17, "middle", color),
        _text(f"{box.volume.width}", deep[0] + 5, deep[1] + 13, "start", color),
    ]


def _text(words: str, x: float, y: float, anchor: str, color: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{color}">{words}</text>'
