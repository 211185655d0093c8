/** The palette's light colours to its dark ones, for pictures that the engine drew in light. */
import { CHANNELS, DIVERGING, INK, ROLES, SEQUENTIAL } from "./palette.js";

const TO_DARK = new Map();
for (const table of [INK, CHANNELS, DIVERGING, SEQUENTIAL, ROLES])
  for (const [name, color] of Object.entries(table.light)) TO_DARK.set(color.toLowerCase(), table.dark[name]);

/**
 * @param {string} text with colours as #rrggbb
 * @param {"light"|"dark"} theme
 * @returns {string} the same with the theme's colours
 */
export function themed(text, theme) {
  if (theme !== "dark") return text;
  return text.replace(/#[0-9a-f]{6}\b/gi, (color) => TO_DARK.get(color.toLowerCase()) ?? color);
}
