/** A loss seen from above and from the side, with runs that descend on it. Its parts are in landscape/. */
import { component } from "./shared/lifecycle.js";
import { makeView } from "./landscape/view.js";

export default component(makeView);
