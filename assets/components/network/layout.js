/** Where every map of a network stands: a column for each stage, maps below each other, room for edges between. */

/**
 * @param {object} model what pages/shared/network.py sends
 * @param {number} width in CSS pixels
 * @param {number} scale of texts
 * @returns {object} columns, each with its boxes, and the whole height
 */
export function arrange(model, width, scale) {
  const narrow = width < 620;
  const head = 34 * scale;
  const height = narrow ? 420 : Math.max(380, Math.min(500, width * 0.46));
  const bars = (narrow ? 46 : 112) * scale;
  const wanted = model.stages.map((stage, at) => columnWidth(stage, at === model.stages.length - 1, height, narrow, bars));
  const taken = wanted.reduce((sum, one) => sum + one, 0);
  const gap = Math.max(6, (width - taken) / (model.stages.length - 1));
  let left = 0;
  const columns = model.stages.map((stage, at) => {
    const column = place(stage, left, head, wanted[at], height, at === model.stages.length - 1);
    left += wanted[at] + gap;
    return column;
  });
  return { columns, width, height: head + height + 4, head, narrow, gap };
}

function columnWidth(stage, last, height, narrow, bars) {
  if (last) return bars;
  const [count, rows, columns] = stage.maps.shape;
  if (rows * columns === 1) return narrow ? 8 : 14;
  const most = narrow ? (count === 1 ? 56 : 34) : count === 1 ? 112 : 64;
  return Math.min(most, (height / count - 4) * (columns / rows));
}

function place(stage, left, head, width, height, last) {
  const [count, rows, columns] = stage.maps.shape;
  const units = rows * columns === 1;
  const pitch = units && !last ? height / count : Math.min(height / count, units ? 40 : (width * rows) / columns + 14);
  const top = head + (height - pitch * count) / 2;
  const tall = units ? Math.max(1, pitch - (last ? 6 : pitch > 4 ? 1 : 0.4)) : (width * rows) / columns;
  const boxes = Array.from({ length: count }, (_, at) => ({ x: left, y: top + at * pitch + (pitch - tall) / 2, w: width, h: tall }));
  return { left, width, right: left + width, boxes, units, last };
}

/** The map under a point: [stage, channel], or null. */
export function mapAt(layout, x, y) {
  const stage = layout.columns.findIndex((column) => x >= column.left - 3 && x <= column.right + 3);
  if (stage < 0) return null;
  const channel = layout.columns[stage].boxes.findIndex((box) => y >= box.y - 2 && y <= box.y + box.h + 2);
  return channel < 0 ? null : [stage, channel];
}

/** The middle of a map's side towards the stage before (-1) or after it (+1). */
export function port(layout, stage, channel, side) {
  const box = layout.columns[stage].boxes[channel];
  return [side < 0 ? box.x : box.x + box.w, box.y + box.h / 2];
}
