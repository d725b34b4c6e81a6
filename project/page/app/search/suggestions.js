import { h, theirs } from "../ui/dom.js";
import { icon } from "../ui/icons.js";

const PAUSE_MS = 120;
/** The press that takes the focus away shall meet what it was meant for: nothing moves before. */
const LEAVING_MS = 200;

/**
 * @typedef {import("../../client/types.js").Suggestion} Suggestion
 * @typedef {import("../shell.js").Desk} Desk
 */

/**
 * One row under the box: how the text may go on. The focus stays in the box, which says which of
 * them is chosen.
 *
 * @param {Desk} desk
 * @param {HTMLInputElement} input
 * @param {(text: string) => void} write
 */
export function suggestions({ confab }, input, write) {
  const element = h("div", {
    class: "suggestions",
    id: "suggestions",
    role: "listbox",
    "aria-label": "Suggestions",
    hidden: true,
  });
  /** @type {Suggestion[]} */
  let offered = [];
  let chosen = -1;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  async function ask() {
    const text = input.value;
    const found = await confab.search.suggest(text).catch(() => []); // one can do without
    if (input.value === text && document.activeElement === input) offer(found);
  }

  /** @param {Suggestion[]} found */
  function offer(found) {
    offered = found;
    element.hidden = found.length === 0;
    element.replaceChildren(...found.map(option));
    choose(-1);
  }

  /** @param {Suggestion} suggestion @param {number} index */
  function option(suggestion, index) {
    const { type, value, label } = suggestion;
    return h(
      "div",
      {
        class: "pill",
        id: `suggestion-${index}`,
        role: "option",
        title: value,
        onmousedown: (/** @type {Event} */ event) => event.preventDefault(), // the box keeps the focus
        onclick: () => take(suggestion),
      },
      type === "recent" && icon("clock"),
      (type === "user" || type === "chat") && `${value.split(":")[0]}: `,
      type === "tag" && "# ",
      theirs(label),
    );
  }

  /** @param {number} index */
  function choose(index) {
    chosen = index;
    [...element.children].forEach((each, at) => {
      each.setAttribute("aria-selected", String(at === chosen));
      if (at === chosen) each.scrollIntoView({ block: "nearest", inline: "nearest" });
    });
    if (chosen < 0) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", `suggestion-${chosen}`);
  }

  /** @param {Suggestion} suggestion */
  function take({ type, value }) {
    const before = type === "recent" ? "" : input.value.replace(/\S+$/u, "");
    write(before + value + (value.endsWith(":") ? "" : " "));
  }

  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE_MS);
  };
  const close = () => {
    clearTimeout(timer);
    offer([]);
  };
  input.addEventListener("focus", later);
  input.addEventListener("blur", () => {
    clearTimeout(timer);
    timer = setTimeout(close, LEAVING_MS);
  });

  /**
   * @param {string} key
   * @returns {boolean} whether it was for the suggestions
   */
  function press(key) {
    if (!offered.length) return false;
    if (key === "Escape") close();
    else if (key === "Enter" && chosen >= 0) take(offered[chosen]);
    else if (key === "ArrowDown" || (key === "ArrowRight" && chosen >= 0)) {
      if (chosen + 1 === offered.length) return false;
      choose(chosen + 1);
    } else if ((key === "ArrowUp" || key === "ArrowLeft") && chosen >= 0) choose(chosen - 1);
    else return false;
    return true;
  }
  return { element, later, close, press };
}
