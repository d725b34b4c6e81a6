import { nameOf } from "../people/names.js";
import { h, isComposing } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { byUsername, usernameIn } from "./by-username.js";
import { understood } from "./clauses.js";
import { results } from "./results.js";
import { suggestions } from "./suggestions.js";

const PAUSE_MS = 300;

/** @typedef {import("../shell.js").Desk} Desk */

/**
 * The box above the list. What is typed narrows the list and is searched for everywhere; `@username`
 * finds somebody new.
 *
 * @param {Desk} desk
 */
export function search(desk) {
  const input = h("input", {
    type: "search",
    dir: "auto",
    placeholder: "Search, or @username",
    "aria-label": "Search messages, people and files, or find a person by username",
    "aria-autocomplete": "list",
    "aria-controls": "suggestions",
    "aria-keyshortcuts": "Control+K Meta+K",
    autocapitalize: "none",
    autocomplete: "off",
    spellcheck: "false",
  });
  const hints = suggestions(desk, input, write);
  const parts = understood(write);
  const person = byUsername(
    desk,
    () => usernameIn(input.value),
    () => put(""),
  );
  const found = results(desk, {
    add: (operator) => write(`${input.value.trim()} ${operator} `),
    focus: () => input.focus(),
    understood: parts.draw,
  });
  const element = h(
    "div",
    { class: "search", role: "search" },
    icon("search"),
    input,
    hints.element,
    ...parts.elements,
    person.element,
  );
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  /** @param {string} text to be searched for at once */
  function put(text) {
    input.value = text;
    go();
  }

  /** The same, and one may write on; not where that brings up a keyboard over what was found. */
  function write(/** @type {string} */ text) {
    put(text);
    if (!matchMedia("(pointer: coarse)").matches) input.focus();
    if (document.activeElement === input) hints.later();
  }

  function go() {
    clearTimeout(timer);
    const text = input.value.trim();
    person.look();
    desk.redraw();
    return found.ask(usernameIn(text) ? "" : text);
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(go, PAUSE_MS);
    hints.later();
    desk.redraw();
  });
  input.addEventListener("keydown", (event) => {
    if (isComposing(event)) return;
    if (hints.press(event.key)) event.preventDefault();
    else if (event.key === "Enter") enter();
    else if (event.key === "Escape") write("");
    else if (event.key === "ArrowDown") {
      event.preventDefault();
      found.focus();
    }
  });

  /** To the first result, as soon as it is there. */
  async function enter() {
    if (person.enter()) return;
    hints.close();
    if (!found.answers(input.value.trim())) await go();
    if (document.activeElement === input) found.focus();
  }

  return {
    element,
    results: found.element,
    draw: person.draw,
    focus: () => input.select(),
    get query() {
      return input.value.trim();
    },
    /** @param {import("../../client/types.js").Chat} chat */
    matches({ peer }) {
      const words = `${nameOf(peer)} @${peer.username ?? ""}`.toLocaleLowerCase();
      return words.includes(input.value.trim().toLocaleLowerCase());
    },
  };
}
