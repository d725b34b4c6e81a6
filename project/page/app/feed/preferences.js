import { h } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { attempt } from "../ui/overlays.js";
import { problemWords } from "../ui/words.js";
import { kindsChoice } from "./kinds.js";
import { mutes } from "./mutes.js";
import { thisDevice } from "./this-device.js";
import { digest, preview, quietHours } from "./times.js";

/**
 * @typedef {import("../shell.js").Desk} Desk
 * @typedef {import("../../client/types.js").Preferences} Preferences
 *
 * @typedef {object} Wanted what a part of the dialog changes
 * @property {Preferences} now as the server has it
 * @property {(change: (now: Preferences) => Partial<Preferences>) => Promise<boolean>} save what
 *   it makes of the present; whether it was taken
 */

/**
 * What one wants to hear of, where and when. Every change is saved at once.
 *
 * @param {Desk} desk
 */
export function openPreferences(desk) {
  const { confab } = desk;
  const closed = new AbortController();
  const close = () => dialog.close();
  const loading = h("section", {}, h("p", { class: "hint" }, "Loading…"));
  const parts = h("div", { class: "sections" }, loading);
  const dialog = h(
    "dialog",
    { class: "settings feed", "aria-label": "What to hear of" },
    h(
      "header",
      { class: "bar" },
      h("h2", {}, "What to hear of"),
      h("button", { class: "round", "aria-label": "Close", onclick: close }, icon("close")),
    ),
    parts,
  );
  dialog.addEventListener("close", () => {
    closed.abort();
    dialog.remove();
  });
  dialog.addEventListener("click", (event) => event.target === dialog && close());
  confab.addEventListener("session", close, { signal: closed.signal });
  document.body.append(dialog);
  dialog.showModal();
  confab.feed.preferences().then(
    (now) => parts.replaceChildren(...sections(desk, now)),
    (error) => parts.replaceChildren(h("section", {}, problemWords(error))),
  );
}

/** @param {Desk} desk @param {Preferences} now */
function sections(desk, now) {
  const wanted = wantedOf(desk, now);
  return [
    section("This device", thisDevice(desk)),
    section("What and where", kindsChoice(wanted)),
    section("Quiet hours", ...quietHours(wanted)),
    section("Pushes and e-mails", preview(wanted), ...digest(wanted)),
    section("Muted", mutes(desk, wanted)),
  ];
}

/** @param {Desk} desk @param {Preferences} now @returns {Wanted} */
function wantedOf({ confab }, now) {
  /** One after the other: each tells the whole. @type {Promise<unknown>} */
  let last = Promise.resolve();
  /** @type {Wanted} */
  const wanted = {
    now,
    save: (change) => {
      const saving = last.then(async () => {
        const whole = { ...wanted.now, ...change(wanted.now) };
        wanted.now = await confab.feed.replacePreferences(whole);
      });
      last = saving.catch(() => {});
      return attempt(saving);
    },
  };
  return wanted;
}

/** @param {string} title @param {...(Node | string | null)} content */
function section(title, ...content) {
  return h("section", {}, h("h3", {}, title), ...content.filter((part) => part !== null));
}
