import { h } from "./dom.js";

/** @typedef {import("../client/confab.js").Confab} Confab */

/**
 * Says when the page is not in touch with the server; says nothing when it is.
 *
 * @param {Confab} confab
 * @param {() => void} redraw
 */
export function connectionLine(confab, redraw) {
  const text = h("span");
  const now = h("button", { class: "link", onclick: () => confab.link?.nudge() }, "Try now");
  const element = h(
    "div",
    { class: "connection", role: "status", "data-state": "connecting" },
    text,
    now,
  );
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let countdown;

  function draw() {
    const waiting = confab.state === "waiting" && navigator.onLine;
    const left = Math.ceil(((confab.link?.retryAt ?? 0) - Date.now()) / 1000);
    element.dataset.state = confab.state;
    text.textContent = words(confab.state, left);
    now.hidden = !waiting || left < 3;
    clearTimeout(countdown);
    if (waiting && left > 0) countdown = setTimeout(redraw, 1000);
  }
  return { element, draw };
}

/** @param {string} state @param {number} left seconds */
function words(state, left) {
  if (state === "online") return "";
  if (!navigator.onLine) return "Waiting for network…";
  return state === "waiting" && left > 2 ? `Offline. Next try in ${left} s` : "Connecting…";
}
