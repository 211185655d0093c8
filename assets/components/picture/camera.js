/**
 * What part of the scene is seen. The scene is measured in the first panel's pixels; every linked panel looks through
 * the same camera, so that one place stands at one spot in each.
 */

export const LARGEST_CELL = 84;

/** @returns {{row: number, column: number, zoom: number}} the camera that sees all of a scene */
export function whole(scene) {
  return { row: scene.height / 2, column: scene.width / 2, zoom: 1 };
}

/** CSS pixels for one scene pixel. */
export function scaleOf(camera, scene, size) {
  return Math.min(size.width / scene.width, size.height / scene.height) * camera.zoom;
}

/** How far one may zoom in. */
export function mostZoom(scene, size, textScale) {
  return Math.max(1, (LARGEST_CELL * textScale) / scaleOf({ zoom: 1 }, scene, size));
}

/** The camera kept within its scene: no further out than the whole, no empty border where there is picture. */
export function clamp(camera, scene, size, textScale) {
  const zoom = Math.min(mostZoom(scene, size, textScale), Math.max(1, camera.zoom));
  const scale = scaleOf({ zoom }, scene, size);
  const inside = (at, length, shown) => (shown >= length ? length / 2 : Math.min(length - shown / 2, Math.max(shown / 2, at)));
  return {
    zoom,
    row: inside(camera.row, scene.height, size.height / scale),
    column: inside(camera.column, scene.width, size.width / scale),
  };
}

/** Scene coordinates of a spot on the canvas. */
export function toScene(camera, scene, size, x, y) {
  const scale = scaleOf(camera, scene, size);
  return { row: camera.row + (y - size.height / 2) / scale, column: camera.column + (x - size.width / 2) / scale };
}

/** The spot on the canvas of scene coordinates. */
export function toCanvas(camera, scene, size, row, column) {
  const scale = scaleOf(camera, scene, size);
  return { x: size.width / 2 + (column - camera.column) * scale, y: size.height / 2 + (row - camera.row) * scale };
}

/** Zoomed by a factor while the spot (x, y) keeps its place. */
export function zoomedAt(camera, scene, size, factor, x, y, textScale) {
  const fixed = toScene(camera, scene, size, x, y);
  const zoom = Math.min(mostZoom(scene, size, textScale), Math.max(1, camera.zoom * factor));
  const scale = scaleOf({ zoom }, scene, size);
  return clamp({ zoom, row: fixed.row - (y - size.height / 2) / scale, column: fixed.column - (x - size.width / 2) / scale }, scene, size, textScale);
}

/** The frame of one panel: how its own pixels lie on its canvas, `x = left + column · across`, `y = top + row · down`. */
export function frameOf(panel, camera, scene, size) {
  const scale = scaleOf(camera, scene, size);
  const corner = toCanvas(camera, scene, size, panel.place.offset[0], panel.place.offset[1]);
  return { left: corner.x, top: corner.y, down: scale * panel.place.scale[0], across: scale * panel.place.scale[1] };
}

/** The panel's own coordinates of a scene place. */
export function ownPlace(panel, place) {
  return {
    row: (place.row - panel.place.offset[0]) / panel.place.scale[0],
    column: (place.column - panel.place.offset[1]) / panel.place.scale[1],
  };
}

/** The scene place of the centre of a panel's pixel. */
export function scenePlace(panel, row, column) {
  return {
    row: panel.place.offset[0] + (row + 0.5) * panel.place.scale[0],
    column: panel.place.offset[1] + (column + 0.5) * panel.place.scale[1],
  };
}

/** How a panel lies on its canvas now. */
export function frameFor(view, i) {
  const panel = view.panels[i];
  return frameOf(panel, panel.linked ? view.camera : whole(panel.scene), panel.scene, view.slots[i].size);
}
