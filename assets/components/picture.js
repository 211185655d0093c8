/** Image panels side by side, linked: engine/figures/panels.py says what they are. The parts are in picture/. */
import { component } from "./shared/lifecycle.js";
import { makeView } from "./picture/view.js";

export default component(makeView);
