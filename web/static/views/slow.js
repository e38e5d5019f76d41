// A line that is shown if something takes long. Silence for more than a few seconds looks like a fault.

import { h } from "./ui.js";

const PATIENCE = 4000; // ms

/** slowly shows a line in place after a while, and returns a function that removes it. */
export function slowly(place, signal) {
  const line = h("p", { class: "quiet slow", role: "status" });
  const timer = setTimeout(() => {
    line.textContent = "Still loading. The connection seems to be slow.";
    place.replaceChildren(line);
  }, PATIENCE);
  const done = () => {
    clearTimeout(timer);
    line.remove();
  };
  signal.addEventListener("abort", done);
  return done;
}
