import { h } from "./dom.js";
import { icon } from "./icons.js";
import { problemWords } from "./words.js";

const TOAST_MS = 5000;

/** @typedef {string | (string | Node)[]} Words */

/** @param {Words} words a short notice that goes by itself */
export function toast(words) {
  const notice = h("div", { class: "toast", role: "alert", popover: "manual" }, ...[words].flat());
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
 * @param {Words} question
 * @param {Words} detail
 * @param {string} action the word on the button
 * @returns {Promise<boolean>}
 */
export function confirmed(question, detail, action) {
  const title = h("h2", {}, ...[question].flat());
  const dialog = h(
    "dialog",
    { class: "confirm", "aria-label": title.textContent },
    title,
    h("p", {}, ...[detail].flat()),
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

/**
 * `checked` makes a switch of it; `row` draws entries of its own, each with a menu role, side by
 * side.
 * @typedef {{label: string, act: () => void, danger?: boolean, checked?: boolean}
 *   | {row: (close: () => void) => HTMLElement} | null | false} MenuItem
 */

/**
 * A menu beside `anchor`: arrows move, Enter chooses, Escape or a click elsewhere closes.
 *
 * @param {HTMLElement} anchor gets the focus back
 * @param {MenuItem[]} items
 * @param {{x: number, y: number}} [at] where the pointer is, instead of beside the anchor
 */
export function openMenu(anchor, items, at) {
  const menu = h("div", { class: "menu", role: "menu" });
  const close = popUp(anchor, menu, at);
  for (const item of items) {
    if (item) menu.append("row" in item ? item.row(close) : entry(item, close));
  }
  menu.addEventListener("keydown", (event) => moveFocus(menu, event));
  settle(anchor, menu, at);
  entries(menu)[0]?.focus();
}

/**
 * Show `element` above everything until it is closed: by Escape, a click elsewhere, or the returned
 * function. Call `settle` once it has its content.
 *
 * @param {HTMLElement} anchor
 * @param {HTMLElement} element
 * @param {{x: number, y: number}} [at]
 */
export function popUp(anchor, element, at) {
  element.setAttribute("popover", "auto");
  element.addEventListener("toggle", (event) => {
    if (/** @type {ToggleEvent} */ (event).newState === "closed") element.remove();
  });
  // Within the dialog that it was opened from: all else is inert.
  (anchor.closest("dialog") ?? document.body).append(element);
  element.showPopover();
  settle(anchor, element, at);
  return () => element.hidePopover();
}

/**
 * Where it belongs: at `at`, or beside the anchor, and never beyond the window.
 *
 * @param {HTMLElement} anchor
 * @param {HTMLElement} element
 * @param {{x: number, y: number}} [at]
 */
export function settle(anchor, element, at) {
  place(element, at ?? below(anchor, element));
}

/**
 * @param {{label: string, act: () => void, danger?: boolean, checked?: boolean}} item
 * @param {() => void} close
 */
function entry({ label, act, danger, checked }, close) {
  const chosen = () => {
    close();
    act();
  };
  const role = checked === undefined ? "menuitem" : "menuitemcheckbox";
  return h(
    "button",
    {
      role,
      class: danger ? "danger" : "",
      "aria-checked": checked === undefined ? null : String(checked),
      onclick: chosen,
    },
    checked !== undefined && icon("check"),
    label,
  );
}

/** @param {HTMLElement} menu @returns {HTMLElement[]} */
function entries(menu) {
  return [.../** @type {NodeListOf<HTMLElement>} */ (menu.querySelectorAll('[role^="menuitem"]'))];
}

/**
 * Up and down go from line to line, a row being one; left and right from entry to entry.
 *
 * @param {HTMLElement} menu
 * @param {KeyboardEvent} event
 */
function moveFocus(menu, event) {
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const all = entries(menu);
  const now = /** @type {HTMLElement} */ (document.activeElement);
  const line = now.closest('[role="group"]');
  const skips = line && (event.key === "ArrowDown" || event.key === "ArrowUp");
  const left = skips ? all.filter((entry) => entry === now || !line.contains(entry)) : all;
  left[(left.indexOf(now) + step + left.length) % left.length]?.focus();
}

/** @param {HTMLElement} anchor @param {HTMLElement} menu */
function below(anchor, menu) {
  const { left, right, bottom, top } = anchor.getBoundingClientRect();
  const x = left + right < innerWidth ? left : right - menu.offsetWidth;
  const fits = bottom + menu.offsetHeight + 8 < innerHeight;
  return { x, y: fits ? bottom + 4 : top - menu.offsetHeight - 4 };
}

/** @param {HTMLElement} menu @param {{x: number, y: number}} at */
function place(menu, { x, y }) {
  const most = { x: innerWidth - menu.offsetWidth - 8, y: innerHeight - menu.offsetHeight - 8 };
  menu.style.left = `${Math.max(8, Math.min(x, most.x))}px`;
  menu.style.top = `${Math.max(8, Math.min(y, most.y))}px`;
}
