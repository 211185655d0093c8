/** The stepper: plays any trace of engine/core/trace.py. Its parts are in stepper/. */
import { component } from "./shared/lifecycle.js";
import { makeView } from "./stepper/view.js";

export default component(makeView);
