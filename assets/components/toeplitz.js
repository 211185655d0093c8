/** A convolution and its matrix, linked: hover a row, a column or a cell anywhere, and what belongs to it lights up. */
import { component } from "./shared/lifecycle.js";
import { makeView } from "./toeplitz/view.js";

export default component(makeView);
