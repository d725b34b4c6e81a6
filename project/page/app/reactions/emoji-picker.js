import { h, isComposing } from "../ui/dom.js";
import { popUp, settle } from "../ui/overlays.js";
import { found, groups } from "./emoji.js";

/** @typedef {import("./emoji.js").Emoji} Emoji */

/**
 * All emoji, by group, with a search. Arrows move among them, Enter chooses.
 *
 * @param {HTMLElement} anchor gets the focus back
 * @param {(emoji: string) => void} choose
 * @param {{x: number, y: number}} [at]
 */
export function openPicker(anchor, choose, at) {
  const find = h("input", {
    type: "search",
    placeholder: "Search emoji",
    "aria-label": "Search emoji",
    autocapitalize: "none",
    autocomplete: "off",
  });
  const results = h("div", { class: "emoji-groups" });
  const element = h("div", { class: "picker", role: "dialog", "aria-label": "Emoji" }, find, results);
  const close = popUp(anchor, element, at);
  const chosen = (/** @type {string} */ emoji) => {
    close();
    choose(emoji);
  };

  function draw() {
    const query = find.value.trim();
    const shown = query ? [{ group: "Found", entries: found(query) }] : groups;
    results.replaceChildren(...shown.map((part) => section(part, chosen)));
    if (!shown[0].entries.length) {
      results.replaceChildren(h("p", { class: "hint", role: "status" }, "No emoji by that name."));
    }
    results.scrollTop = 0;
  }

  find.addEventListener("input", draw);
  find.addEventListener("keydown", (event) => {
    if (isComposing(event)) return;
    const first = cells(results)[0];
    if (event.key === "Enter") first?.click();
    if (event.key !== "ArrowDown" && event.key !== "Enter") return;
    event.preventDefault();
    first?.focus();
  });
  results.addEventListener("keydown", (event) => move(event, results, find));
  draw();
  settle(anchor, element, at);
  find.focus();
}

/** @param {{group: string, entries: Emoji[]}} part @param {(emoji: string) => void} chosen */
function section({ group, entries }, chosen) {
  const cells = entries.map(({ emoji, name }) =>
    h(
      "button",
      { class: "emoji", "aria-label": name, title: name, onclick: () => chosen(emoji) },
      emoji,
    ),
  );
  return h(
    "section",
    { role: "group", "aria-label": group },
    h("h3", {}, group),
    h("div", { class: "cells" }, ...cells),
  );
}

/** @param {HTMLElement} results @returns {HTMLElement[]} */
function cells(results) {
  return [.../** @type {NodeListOf<HTMLElement>} */ (results.querySelectorAll(".emoji"))];
}

/** @param {KeyboardEvent} event @param {HTMLElement} results @param {HTMLElement} find */
function move(event, results, find) {
  const all = cells(results);
  const now = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const sideways = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const upwards = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (now < 0 || !(sideways || upwards)) return;
  event.preventDefault();
  const next = sideways ? all[now + sideways] : inNextRow(all, now, upwards ?? 1);
  (next ?? (event.key === "ArrowUp" ? find : all[now])).focus();
}

/**
 * The nearest one in the row above or below, which may be of another group.
 *
 * @param {HTMLElement[]} all
 * @param {number} now
 * @param {number} step
 */
function inNextRow(all, now, step) {
  const from = all[now].getBoundingClientRect();
  let best;
  for (let index = now + step; all[index]; index += step) {
    const { top, left } = all[index].getBoundingClientRect();
    if (Math.abs(top - from.top) < 4) continue;
    if (best && Math.abs(top - best.top) >= 4) break;
    const away = Math.abs(left - from.left);
    if (!best || away < best.away) best = { cell: all[index], top, away };
  }
  return best?.cell;
}
