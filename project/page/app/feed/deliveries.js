import { nameOf } from "../people/names.js";
import { h, theirs } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { exactTime, problemWords } from "../ui/words.js";

/**
 * @typedef {import("../shell.js").Desk} Desk
 * @typedef {import("../../client/types.js").Delivery} Delivery
 * @typedef {import("../../client/types.js").Notification} Notification
 */

/** @type {Record<Delivery["outcome"], string>} */
const OUTCOMES = {
  sent: "Sent",
  coalesced: "Told together with a newer one",
  active: "Not needed: you had seen it, or a device that is open has it",
  muted: "Held back: you have muted this",
  quiet: "Held back by your quiet hours",
  off: "Not sent: you have switched this off",
  retracted: "Sent, and taken back when you had read it",
  dead: "Not sent: the device can no longer be reached",
  failed: "Not sent: the service did not take it",
};
const NO_ADDRESS = "Not sent: your account has no address that is verified";
const CHANNELS = { push: "Push", email: "E-mail" };
/** Their reasons are the service's own words, and help whoever looks after the server. */
const EXPLAINED = ["dead", "failed"];
const NO_PUSH = "Push: None. No device of yours has asked for pushes, or it is still on its way.";

/**
 * What became of an item beside this list, in words.
 *
 * @param {Desk} desk
 * @param {Notification} item
 */
export function openDeliveries({ confab }, item) {
  const close = () => dialog.close();
  const list = h("ul", { class: "plain deliveries" }, h("li", { class: "hint" }, "Loading…"));
  const dialog = h(
    "dialog",
    { class: "panel", "aria-label": "Why did I not hear of it?" },
    h(
      "header",
      { class: "row spread" },
      h("h2", {}, "Why did I not hear of it?"),
      h("button", { class: "round", "aria-label": "Close", onclick: close }, icon("close")),
    ),
    h("p", { class: "excerpt", dir: "auto" }, item.title || nameOf(item.actors[0])),
    list,
  );
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => event.target === dialog && close());
  document.body.append(dialog);
  dialog.showModal();
  confab.feed.deliveries(item.id).then(
    (found) => list.replaceChildren(...found.map(line), ...withoutPush(found)),
    (error) => list.replaceChildren(hint(problemWords(error))),
  );
}

/** @param {Delivery[]} found */
function withoutPush(found) {
  return found.some(({ channel }) => channel === "push") ? [] : [hint(NO_PUSH)];
}

/** @param {string} words */
function hint(words) {
  return h("li", { class: "hint" }, words);
}

/** @param {Delivery} delivery */
function line({ channel, outcome, reason, event_at, at }) {
  const nowhere = channel === "email" && outcome === "dead";
  return h(
    "li",
    {},
    h("strong", {}, CHANNELS[channel], ": "),
    nowhere ? NO_ADDRESS : (OUTCOMES[outcome] ?? outcome),
    EXPLAINED.includes(outcome) && !nowhere && reason && h("span", {}, " (", theirs(reason), ")"),
    h("small", {}, `Happened: ${exactTime(event_at)}. Settled: ${exactTime(at)}.`),
  );
}
