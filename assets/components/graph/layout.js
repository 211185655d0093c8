/** Where the nodes stand: layers along the way of computing, crossings few, edges round the nodes between. */

const SWEEPS = 16;

/** The layer of each drawn node: as near to its readers as it can stand. */
function ranksOf(model) {
  const { nodes } = model;
  const early = nodes.map(() => 0);
  nodes.forEach((node, at) => {
    for (const source of node.args) if (nodes[source].drawn) early[at] = Math.max(early[at], early[source] + 1);
  });
  const rank = [...early];
  for (let at = nodes.length - 1; at >= 0; at -= 1) {
    const readers = model.edges.filter((edge) => edge.from === at).map((edge) => rank[edge.to]);
    if (readers.length) rank[at] = Math.min(...readers) - 1;
  }
  return rank;
}

/** Items of each layer: nodes, and a bend for each layer that an edge passes. */
function itemsOf(model) {
  const rank = ranksOf(model);
  const layers = [];
  const put = (item) => {
    (layers[item.rank] ??= []).push(item);
    return item;
  };
  const items = new Map();
  model.nodes.forEach((node, at) => node.drawn && items.set(at, put({ at, rank: rank[at], before: [], after: [] })));
  const ways = new Map();
  for (const { from, to } of model.edges) {
    const key = `${from} ${to}`;
    if (ways.has(key)) continue;
    const way = [items.get(from)];
    for (let layer = rank[from] + 1; layer < rank[to]; layer += 1) way.push(put({ at: -1, rank: layer, before: [], after: [] }));
    way.push(items.get(to));
    way.slice(1).forEach((item, i) => {
      item.before.push(way[i]);
      way[i].after.push(item);
    });
    ways.set(key, way);
  }
  return { layers: layers.filter(Boolean), items, ways };
}

const number = (layers) => layers.forEach((layer) => layer.forEach((item, i) => { item.order = i; }));

function crossings(layers) {
  let sum = 0;
  for (const layer of layers) {
    const ends = layer.flatMap((item) => item.after.map((other) => [item.order, other.order]));
    for (let i = 0; i < ends.length; i += 1)
      for (let j = i + 1; j < ends.length; j += 1) if ((ends[i][0] - ends[j][0]) * (ends[i][1] - ends[j][1]) < 0) sum += 1;
  }
  return sum;
}

/** Sort each layer by the middle of its neighbours, to and fro; keep the best order met. */
function untangle(layers) {
  number(layers);
  let best = { sum: crossings(layers), order: layers.map((layer) => [...layer]) };
  for (let sweep = 0; sweep < SWEEPS && best.sum; sweep += 1) {
    const down = sweep % 2 === 0;
    for (const layer of down ? layers : [...layers].reverse()) {
      for (const item of layer) {
        const near = (down ? item.before : item.after).map((other) => other.order);
        item.weight = near.length ? near.reduce((a, b) => a + b, 0) / near.length : item.order;
      }
      layer.sort((a, b) => a.weight - b.weight || a.order - b.order);
      layer.forEach((item, i) => { item.order = i; });
    }
    const sum = crossings(layers);
    if (sum < best.sum) best = { sum, order: layers.map((layer) => [...layer]) };
  }
  best.order.forEach((layer, i) => { layers[i] = layer; });
  number(layers);
  centre(layers);
}

/** Swap neighbours while that shortens edges without a new crossing: what has many edges moves to the middle. */
function centre(layers) {
  for (const layer of layers) for (const item of layer) item.middle = (layer.length - 1) / 2;
  const crossed = (one, two) => ["before", "after"].reduce((sum, side) =>
    sum + one[side].reduce((all, a) => all + two[side].filter((b) => a.order > b.order).length, 0), 0);
  const length = (item, order) => [...item.before, ...item.after].reduce((sum, other) => sum + Math.abs(order - item.middle - other.order + other.middle), 0);
  for (let sweep = 0, moved = true; moved && sweep < SWEEPS; sweep += 1) {
    moved = false;
    for (const layer of layers) {
      for (let i = 1; i < layer.length; i += 1) {
        const [one, two] = [layer[i - 1], layer[i]];
        const more = crossed(two, one) - crossed(one, two);
        const longer = length(two, i - 1) + length(one, i) - length(one, i - 1) - length(two, i);
        if (more > 0 || longer > -1e-9) continue;
        [layer[i - 1], layer[i], two.order, one.order, moved] = [two, one, i - 1, i, true];
      }
    }
  }
}

/** Positions across the layers: each item near its neighbours, none nearer to the next than `room`. */
function spread(layers, room) {
  for (const layer of layers) {
    let at = 0;
    layer.forEach((item, i) => {
      if (i) at += room(layer[i - 1], item);
      item.across = at;
    });
    const middle = at / 2;
    for (const item of layer) item.across -= middle;
  }
  for (let turn = 0; turn < 24; turn += 1)
    for (const layer of turn % 2 ? [...layers].reverse() : layers) settle(layer, room);
}

function settle(layer, room) {
  const blocks = [];
  layer.forEach((item, i) => {
    const near = [...item.before, ...item.after];
    const wish = near.length ? near.reduce((sum, other) => sum + other.across, 0) / near.length : item.across;
    const offset = i ? room(layer[i - 1], item) : 0;
    blocks.push({ items: [item], offsets: [0], wish, weight: item.at < 0 ? 2 : near.length ? 1 : 0.1, lead: offset });
    // Blocks that would overlap stand side by side, where their wishes meet.
    while (blocks.length > 1) {
      const [one, two] = blocks.slice(-2);
      const shift = one.offsets.at(-1) + two.lead;
      if (one.wish + shift <= two.wish) break;
      const weight = one.weight + two.weight;
      blocks.splice(-2, 2, { items: [...one.items, ...two.items], offsets: [...one.offsets, ...two.offsets.map((at) => at + shift)], wish: (one.wish * one.weight + (two.wish - shift) * two.weight) / weight, weight, lead: one.lead });
    }
  });
  for (const block of blocks) block.items.forEach((item, i) => { item.across = block.wish + block.offsets[i]; });
}

/**
 * @param {object} model
 * @param {{width: number, tall: number, box: {w: number, h: number}, label: number}} sizes in CSS pixels
 * @returns {{boxes: Map<number, {x: number, y: number}>, ways: Map<string, {x: number, y: number}[]>, width: number, height: number, down: boolean}}
 */
export function place(model, { width, tall, box, label }) {
  const { layers, items, ways } = itemsOf(model);
  untangle(layers);
  const most = Math.max(...layers.map((layer) => layer.filter((item) => item.at >= 0).length));
  const long = layers.length * box.w + (layers.length - 1) * label;
  const wide = most * (box.w + 14);
  const down = long > width && wide <= width && (width < 620 || long > 1.5 * width);
  const [along, across] = down ? [box.h, box.w] : [box.w, box.h];
  const tightest = down ? 14 : 7;
  const free = down ? 30 : Math.min(30, Math.max(tightest, (tall - most * box.h) / Math.max(1, most)));
  const room = (a, b) => (a.at >= 0 && b.at >= 0 ? across + free : a.at < 0 && b.at < 0 ? 16 : across / 2 + 12);
  spread(layers, room);
  const gaps = Math.max(1, layers.length - 1);
  const gap = down ? 40 : Math.max(label, Math.min(150, (width - layers.length * box.w - 4) / gaps));
  const ends = layers.flat().map((item) => item.across);
  const low = Math.min(...ends) - across / 2;
  const high = Math.max(...ends) + across / 2;
  const length = layers.length * along + gaps * gap;
  const scroll = down ? high - low : length;
  const inset = Math.max(2, (width - scroll) / 2);
  const point = (item, layer) => {
    const [u, v] = [layer * (along + gap), item.across - low];
    return down ? { x: v + inset, y: u + along / 2 + 2 } : { x: u + along / 2 + inset, y: v + 2 };
  };
  const where = new Map();
  layers.forEach((layer, i) => layer.forEach((item) => where.set(item, point(item, i))));
  const boxes = new Map([...items].map(([at, item]) => [at, { x: where.get(item).x - box.w / 2, y: where.get(item).y - box.h / 2 }]));
  return {
    boxes, down, gap,
    ways: new Map([...ways].map(([key, way]) => [key, way.map((item) => where.get(item))])),
    width: Math.max(width, Math.ceil(scroll + 4)),
    height: Math.ceil((down ? length : high - low) + 4),
  };
}
