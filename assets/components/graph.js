/** A computation graph that can be walked forward and backward, and whose inputs can be dragged. Its parts are in graph/. */
import { component } from "./shared/lifecycle.js";
import { makeView } from "./graph/view.js";

export default component(makeView);
