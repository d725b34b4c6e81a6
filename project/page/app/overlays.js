import { h } from "./dom.js";
import { problemWords } from "./words.js";

const TOAST_MS = 5000;

/** @param {string} text a short notice that goes by itself */
export function toast(text) {
  const notice = h("div", { class: "toast", role: "alert", popover: "manual" }, text);
  // Within the topmost dialog: everything else is inert while that is open.
  const place = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body;
  place.append(notice);
  notice.showPopover();
  setTimeout(() => notice.remove(), TOAST_MS);
}

/**
 * Do something for the person; if it fails, say why.
 *
 * @param {Promise<unknown>} work
 */
export async function attempt(work) {
  try {
    await work;
    return true;
  } catch (error) {
    toast(problemWords(error));
    return false;
  }
}

/**
 * Ask before something that cannot be undone.
 *
 * @param {string} question
 * @param {string} detail
 * @param {string} action the word on the button
 * @returns {Promise<boolean>}
 */
export function confirmed(question, detail, action) {
  const dialog = h(
    "dialog",
    { class: "confirm", "aria-label": question },
    h("h2", {}, question),
    h("p", {}, detail),
    h(
      "form",
      { method: "dialog", class: "row end" },
      h("button", { class: "quiet", value: "no" }, "Cancel"),
      h("button", { class: "danger", value: "yes", autofocus: true }, action),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
}

/** @typedef {{label: string, act: () => void, danger?: boolean} | null | false} MenuItem */

/**
 * A menu beside `anchor`: arrows move, Enter chooses, Escape or a click elsewhere closes.
 *
 * @param {HTMLElement} anchor gets the focus back
 * @param {MenuItem[]} items
 * @param {{x: number, y: number}} [at] where the pointer is, instead of beside the anchor
 */
export function openMenu(anchor, items, at) {
  const menu = h("div", { class: "menu", role: "menu", popover: "auto" });
  for (const item of items) if (item) menu.append(entry(menu, item));
  menu.addEventListener("keydown", (event) => moveFocus(menu, event));
  menu.addEventListener("toggle", (event) => {
    if (/** @type {ToggleEvent} */ (event).newState === "closed") menu.remove();
  });
  document.body.append(menu);
  menu.showPopover();
  place(menu, at ?? below(anchor, menu));
  /** @type {HTMLElement} */ (menu.firstElementChild)?.focus();
}

/** @param {HTMLElement} menu @param {{label: string, act: () => void, danger?: boolean}} item */
function entry(menu, { label, act, danger }) {
  const chosen = () => {
    menu.hidePopover();
    act();
  };
  return h("button", { role: "menuitem", class: danger ? "danger" : "", onclick: chosen }, label);
}

/** @param {HTMLElement} menu @param {KeyboardEvent} event */
function moveFocus(menu, event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const entries = /** @type {HTMLElement[]} */ ([...menu.children]);
  const now = entries.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  entries[(now + step + entries.length) % entries.length]?.focus();
}

/** @param {HTMLElement} anchor @param {HTMLElement} menu */
function below(anchor, menu) {
  const { right, bottom, top } = anchor.getBoundingClientRect();
  const fits = bottom + menu.offsetHeight + 8 < innerHeight;
  return { x: right - menu.offsetWidth, y: fits ? bottom + 4 : top - menu.offsetHeight - 4 };
}

/** @param {HTMLElement} menu @param {{x: number, y: number}} at */
function place(menu, { x, y }) {
  const most = { x: innerWidth - menu.offsetWidth - 8, y: innerHeight - menu.offsetHeight - 8 };
  menu.style.left = `${Math.max(8, Math.min(x, most.x))}px`;
  menu.style.top = `${Math.max(8, Math.min(y, most.y))}px`;
}
