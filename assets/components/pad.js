/** The drawing pad: light strokes on dark, turned into size × size pixels as MNIST was. The parts are in pad/. */
import { component } from "./shared/lifecycle.js";
import { makePad } from "./pad/pad.js";

export default component(makePad);
