/** The bar below whatever plays: to the ends, step, play, scrub, count, speed. Its looks are in bar.css. */
import { ICONS } from "./icons.js";
import { make } from "./make.js";

const SPEEDS = [0.5, 1, 2, 4];

/** A button that is an icon; `action` is what its data-do says. */
export const iconButton = (icon, label, action) =>
  make("button", { type: "button", class: "icon", "aria-label": label, title: label, "data-do": action, html: ICONS[icon] });

/**
 * @param {string} word what is counted: "step", "frame"
 * @param {string} [end] the label of the button to the end
 * @returns {object} bar, buttons, play, scrub, count, speeds, showPlaying
 */
export function makeBar(word, end = `To the last ${word}`) {
  const play = iconButton("play", "Play", "play");
  const buttons = [
    iconButton("start", `To the first ${word}`, "start"), iconButton("back", "Step back", "back"), play,
    iconButton("forward", "Step forward", "forward"), iconButton("end", end, "end")];
  const scrub = make("input", { type: "range", min: 0, max: 0, value: 0, step: 1, "aria-label": word[0].toUpperCase() + word.slice(1) });
  const count = make("span", { class: "count" });
  const speeds = SPEEDS.map((speed) =>
    make("button", { type: "button", "data-speed": speed, "aria-pressed": String(speed === 1), "aria-label": `Speed ${speed} times` }, [`${speed}×`]));
  const bar = make("div", { class: "bar" }, [
    make("div", { class: "buttons" }, buttons), scrub, count, make("div", { class: "speeds", role: "group", "aria-label": "Speed" }, speeds)]);
  const showPlaying = (playing) => {
    play.dataset.shows = String(playing);
    play.innerHTML = playing ? ICONS.pause : ICONS.play;
    play.setAttribute("aria-label", playing ? "Pause" : "Play");
    play.title = playing ? "Pause" : "Play";
  };
  return { bar, buttons, play, scrub, count, speeds, showPlaying };
}

/**
 * Makes a bar's buttons, its scrubber and its speeds move a player.
 * @param {AbortSignal} signal ends the listening
 * @param {() => void} [before] what a button does first
 */
export function wireBar({ buttons, scrub, speeds }, player, signal, before = () => {}) {
  const on = (element, name, act) => element.addEventListener(name, act, { signal });
  const act = {
    start: () => player.go(0),
    back: () => player.move(-1),
    play: () => player.toggle(),
    forward: () => player.move(1),
    end: () => player.go(player.total - 1),
  };
  for (const button of buttons) on(button, "click", () => { before(); act[button.dataset.do](); });
  on(scrub, "input", () => player.go(Number(scrub.value)));
  for (const button of speeds) {
    on(button, "click", () => {
      player.speed = Number(button.dataset.speed);
      for (const other of speeds) other.setAttribute("aria-pressed", String(other === button));
    });
  }
}
