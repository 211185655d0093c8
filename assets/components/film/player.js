/** Which frame is seen, and how it moves: playing, speed, loop. Knows nothing of drawing. */

const SLOWEST = 400;
const WHOLE_FILM = 15000;
const CALM = 250;

/**
 * @param {() => void} changed called after each move
 * @param {AbortSignal} signal ends the playing
 */
export function makePlayer(changed, signal) {
  const player = { total: 1, frame: 0, playing: false, speed: 1, loop: false };
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let timer = 0;
  let last = 0;
  let due = 0;

  const interval = () => Math.max(calm.matches ? CALM : 0, Math.min(SLOWEST, WHOLE_FILM / player.total) / player.speed);

  function tick(now) {
    if (!player.playing) return;
    // A tab that slept goes on where it was: at most a tenth of the film at once.
    due = Math.min(due + (now - last) / interval(), Math.max(1, player.total / 10));
    last = now;
    const steps = Math.floor(due);
    if (steps > 0) {
      due -= steps;
      const next = player.frame + steps;
      player.frame = player.loop ? next % player.total : Math.min(next, player.total - 1);
      if (!player.loop && player.frame === player.total - 1) player.playing = false;
      changed();
    }
    if (player.playing) timer = requestAnimationFrame(tick);
  }

  player.pause = () => {
    cancelAnimationFrame(timer);
    player.playing = false;
  };
  /** Go to a frame and stay there. */
  player.go = (frame) => {
    player.pause();
    player.frame = Math.max(0, Math.min(frame, player.total - 1));
    changed();
  };
  player.move = (by) => player.go(player.frame + by);
  player.toggle = () => {
    if (player.playing) player.pause();
    else if (player.total > 1) {
      if (player.frame >= player.total - 1) player.frame = 0;
      player.playing = true;
      last = performance.now();
      due = 0;
      timer = requestAnimationFrame(tick);
    }
    changed();
  };
  /** Another film: keep the frame when it has as many, else begin where it wants to. */
  player.resize = (total, start) => {
    if (total !== player.total) player.frame = start;
    player.total = total;
    if (total < 2) player.pause();
  };
  signal.addEventListener("abort", player.pause);
  return player;
}
