/** Where the walk stands and how it moves: steps, playing, speed. Knows nothing of drawing. */

const SLOWEST = 800;
const WHOLE_WALK = 40000;

/**
 * `all` is the first sight: everything computed is shown and the first step is lit. Any step taken starts the walk.
 * @param {() => void} changed called after each move
 * @param {AbortSignal} signal ends the playing
 */
export function makePlayer(changed, signal) {
  const player = { total: 0, step: 0, all: true, playing: false, speed: 1 };
  let timer = 0;
  let last = 0;
  let due = 0;
  let moved = 0;
  const calm = matchMedia("(prefers-reduced-motion: reduce)");

  const interval = () => Math.min(SLOWEST, WHOLE_WALK / Math.max(1, player.total)) / player.speed;

  function tick(now) {
    if (!player.playing) return;
    due += (now - last) / interval();
    last = now;
    // A tab that slept must not jump: at most a tenth of the walk, but at least a step, at once.
    const steps = Math.min(Math.floor(due), Math.max(1, Math.ceil(player.total / 10)));
    // Who wants little motion sees four pictures a second at most; the steps between are skipped.
    if (steps > 0 && (!calm.matches || now - moved >= 250)) {
      moved = now;
      due = 0;
      player.step = Math.min(player.step + steps, player.total - 1);
      if (player.step === player.total - 1) player.playing = false;
      changed();
    }
    timer = requestAnimationFrame(tick);
  }

  /** Go to a step of the walk and stay there. */
  player.go = (step) => {
    player.pause();
    player.all = false;
    player.step = Math.max(0, Math.min(step, player.total - 1));
    changed();
  };
  /** A step forward or back; the first move of all shows the first step. */
  player.move = (by) => {
    if (player.all && by > 0) player.go(0);
    else player.go(player.step + by);
  };
  player.pause = () => {
    cancelAnimationFrame(timer);
    if (!player.playing) return;
    player.playing = false;
    changed();
  };
  player.play = () => {
    if (player.total < 2) return;
    if (player.all || player.step >= player.total - 1) player.step = 0;
    player.all = false;
    player.playing = true;
    last = performance.now();
    due = 0;
    timer = requestAnimationFrame(tick);
    changed();
  };
  player.toggle = () => (player.playing ? player.pause() : player.play());
  /** Another trace: keep the place when it has as many steps, else stay inside it. */
  player.resize = (total) => {
    player.total = total;
    player.step = Math.max(0, Math.min(player.step, total - 1));
    if (total < 2) player.playing = false;
  };
  signal.addEventListener("abort", () => {
    player.playing = false;
    cancelAnimationFrame(timer);
  });
  return player;
}
