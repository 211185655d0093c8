/** The film: scrubs the frames of a run, see engine/core/film.py. Its parts are in film/. */
import { component } from "./shared/lifecycle.js";
import { makeView } from "./film/view.js";

export default component(makeView);
