/**
 * Streamlit calls a component's function again at every data or theme change, and its cleanup only at unmount.
 * `component` turns that into: make once for each place on the page, update in place, end when it goes.
 */
import { unpack } from "./unpack.js";

const mounted = new WeakMap();

/**
 * @param {(host: HTMLElement, send: {state: Function, trigger: Function}, signal: AbortSignal) =>
 *   {update: (data: object) => void, end?: () => void}} make builds the component in `host`; give every listener `signal`
 * @returns {Function} the default export that Streamlit calls
 */
export function component(make) {
  return ({ data, parentElement, setStateValue, setTriggerValue }) => {
    // Our own element; the ones around it are Streamlit's, and one of them holds the style sheet.
    const host = parentElement.querySelector("[data-component]");
    let entry = mounted.get(host);
    if (!entry) {
      const stop = new AbortController();
      const send = {};
      host.replaceChildren();
      entry = { send, stop, calls: 0, view: make(host, send, stop.signal) };
      mounted.set(host, entry);
    }
    // These two are new functions at each call; an old one would answer for an old run.
    entry.send.state = setStateValue;
    entry.send.trigger = setTriggerValue;
    entry.calls += 1;
    const call = entry.calls;
    entry.view.update(unpack(data));
    return () => {
      // The loader is asynchronous: when data change while it loads, Streamlit runs the cleanup of the call that was
      // overtaken although the component stays. Only the last call's cleanup, off the page, means the end.
      if (call !== entry.calls || host.isConnected) return;
      entry.stop.abort();
      entry.view.end?.();
      mounted.delete(host);
    };
  };
}
