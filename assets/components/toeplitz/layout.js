/** Where the grids stand: image, kernel and map on the left, the matrix as large as there is room on the right. */

const GAP = 34;
/** A long matrix has cells that are not square, so that its few rows can be hit; but never stranger than this. */
const STRETCH = 5;

/**
 * @param {object} model
 * @param {number} room width in CSS pixels
 * @param {{scale: number, tall: number}} options tall: the height that the picture should not exceed
 */
export function place(model, room, { scale, tall }) {
  const head = 40 * scale;
  const most = 44 * scale;
  const narrow = room < 600;
  const left = narrow ? room : Math.min(room * 0.34, 420 * scale);
  const { input, kernel, output, matrix } = model;
  const fit = (grid, wide, high) => Math.max(2, Math.min(most, wide / grid.width, high / grid.height));
  const upper = fit(input, left, narrow ? 240 : (tall - 2 * head) * 0.6);
  const under = narrow ? 160 : tall - 2 * head - upper * input.height - 12;
  const pair = (left - GAP) / 2;
  const beside = [fit(kernel, pair, under), fit(output, pair, under)];
  const stacked = [kernel, output].map((grid) => fit(grid, left, (under - head - 12) / 2));
  const isStacked = Math.min(...stacked) > Math.min(...beside);
  const [small, map] = isStacked ? stacked : beside;
  const boxes = new Map();
  const add = (grid, x, y, size, deep = size) => {
    boxes.set(grid.name, { grid, x, y, size, tall: deep, head, width: size * grid.width, height: deep * grid.height, panels: [{ x, y: y + head }] });
  };
  add(input, 0, 0, upper);
  const second = head + upper * input.height + 12;
  add(kernel, 0, second, small);
  const third = isStacked ? second + head + small * kernel.height + 12 : second;
  add(output, isStacked ? 0 : Math.max(small * kernel.width, 96 * scale) + GAP, third, map);
  const bottom = Math.max(second + head + small * kernel.height, third + head + map * output.height);
  const start = narrow ? 0 : left + GAP;
  const top = narrow ? bottom + 16 : 0;
  const high = narrow ? 1.2 * room : Math.max(bottom, tall) - head;
  const across = Math.min(most, (room - start) / matrix.width);
  const down = Math.min(most, high / matrix.height);
  // Whole pixels where that loses little: lines of equal thickness.
  const crisp = (size) => (size > 6 ? Math.floor(size) : size);
  const square = Math.min(across, down);
  const stretched = square < 12;
  const [width, deep] = [across, down].map((size) => crisp(stretched ? Math.min(size, STRETCH * square) : square));
  add(matrix, start, top, width, deep);
  const height = Math.max(bottom, top + head + deep * matrix.height) + 4;
  const cellAt = (grid, index) => {
    const box = boxes.get(grid.name);
    const { row, column } = grid.place(index);
    return { x: box.x + column * box.size, y: box.y + head + row * box.tall, size: box.size, tall: box.tall };
  };
  return {
    boxes, head, width: room, height, cell: cellAt,
    hit(x, y) {
      for (const box of boxes.values()) {
        const [dx, dy] = [x - box.x, y - box.y - head];
        if (dx < 0 || dy < 0 || dx >= box.width || dy >= box.height) continue;
        return { grid: box.grid, cell: Math.floor(dy / box.tall) * box.grid.width + Math.floor(dx / box.size) };
      }
      return null;
    },
  };
}
