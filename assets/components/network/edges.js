/** Which maps feed which, and by how much. */
import { port } from "./layout.js";

/** The edges that end in a map: {stage, to, from, share}, share in -1 … 1 of the largest in that stage, null if unknown. */
export function into(model, stage, to) {
  if (!stage) return [];
  const { shares, kind, maps } = model.stages[stage];
  const before = model.stages[stage - 1].maps.shape[0];
  if (shares) return Array.from({ length: before }, (_, from) => ({ stage, to, from, share: shares[to * before + from] / 127 }));
  if (kind === "pool" && before === maps.shape[0]) return [{ stage, to, from: to, share: null }];
  return Array.from({ length: before }, (_, from) => ({ stage, to, from, share: null }));
}

/** The edges that begin in a map. */
export function outOf(model, stage, from) {
  if (stage + 1 >= model.stages.length) return [];
  const count = model.stages[stage + 1].maps.shape[0];
  return Array.from({ length: count }, (_, to) => into(model, stage + 1, to).find((edge) => edge.from === from)).filter(Boolean);
}

/** What an edge adds to its map, on average over the map's cells. */
export const amount = (model, edge) => (edge.share === null ? NaN : edge.share * model.stages[edge.stage].most);

/** The edge under a point between two columns: the nearest, and of those that are near the one that gives most. */
export function edgeAt(model, layout, x, y, reach = 4) {
  const stage = layout.columns.findIndex((column, at) => at && x > layout.columns[at - 1].right && x < column.left);
  if (stage < 1) return null;
  let best = null;
  const count = model.stages[stage].maps.shape[0];
  for (let to = 0; to < count; to += 1)
    for (const edge of into(model, stage, to)) {
      const [ax, ay] = port(layout, stage - 1, edge.from, 1);
      const [bx, by] = port(layout, stage, to, -1);
      const off = Math.abs(ay + ((by - ay) * (x - ax)) / (bx - ax) - y);
      if (off > reach) continue;
      const weight = Math.abs(edge.share ?? 1) - off / reach;
      if (!best || weight > best.weight) best = { ...edge, weight };
    }
  return best;
}
