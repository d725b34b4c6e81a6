import { h } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { keepNotices } from "./notices.js";
import { openPanel } from "./panel.js";

const MOST = 99;

/**
 * The way to the feed, with the number of what is unread.
 *
 * @param {import("../shell.js").Desk} desk
 * @param {AbortSignal} signal when the session has ended
 */
export function bell(desk, signal) {
  const { items } = desk.confab.store;
  const count = h("span", { class: "ring-count", "aria-hidden": "true" });
  const open = () => openPanel(desk, signal);
  const element = h("button", { class: "round ring", onclick: open }, icon("bell"), count);
  keepNotices(desk, signal);

  function draw() {
    const { unread } = items.counts.feed;
    count.hidden = unread === 0;
    count.textContent = unread > MOST ? `${MOST}+` : String(unread);
    const label = unread ? `Notifications: ${unread} unread` : "Notifications";
    element.setAttribute("aria-label", label);
    element.title = label;
  }
  return { element, draw };
}
