/** What the page sent, with ways to read it: R runs of T steps over a surface. */

/** @returns {object} the data with `steps`, `runs`, and readers */
export function decode(data) {
  const [frames, runs] = data.points ? data.points.shape : [1, 0];
  const pair = (name) => {
    const array = data[name];
    const of = data[`${name}_of`];
    return (t, r) => {
      const column = of ? of[r] : r;
      if (!array || column < 0) return [NaN, NaN];
      const at = 2 * (t * array.shape[1] + column);
      return [array[at], array[at + 1]];
    };
  };
  const model = { ...data, steps: frames - 1, runs, point: pair("points"), gradient: pair("gradients"), memory: pair("memories"), scaleOf: pair("scales") };
  model.gap = (t, r) => data.gaps[t * runs + r];
  model.rate = (t, r) => data.rates[r] * (data.schedule ? data.schedule[Math.min(t, data.schedule.length - 1)] : 1);
  model.last = (r) => {
    let t = model.steps;
    while (t > 0 && Number.isNaN(model.point(t, r)[0])) t -= 1;
    return t;
  };
  model.lasts = Array.from({ length: runs }, (_, r) => model.last(r));
  return model;
}

/**
 * The update of run r at step t: where it starts, the whole step, and its parts, which add up to it.
 * @returns {object | null} null when the run has ended
 */
export function update(model, t, r) {
  const at = Math.min(t, model.lasts[r] - 1);
  if (at < 0 || !model.gradients) return null;
  const from = model.point(at, r);
  const to = model.point(at + 1, r);
  const step = [to[0] - from[0], to[1] - from[1]];
  const kind = model.kinds[r];
  const decay = kind === "adamw" && model.decay ? from.map((part) => -model.rate(at, r) * model.decay * part) : null;
  const kept = model.memory(at, r);
  const memory = Number.isNaN(kept[0]) ? null : kept;
  const gradient = model.gradient(at, r);
  const fresh = kind === "random" ? null : step.map((part, i) => part - (memory ? memory[i] : 0) - (decay ? decay[i] : 0));
  const measured = model.scaleOf(at, r);
  return { t: at, r, kind, from, to, step, memory, fresh, decay, gradient: Number.isNaN(gradient[0]) ? null : gradient, scale: Number.isNaN(measured[0]) ? null : measured };
}
