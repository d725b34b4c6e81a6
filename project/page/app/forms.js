import { h } from "./dom.js";
import { problemWords } from "./words.js";

/**
 * @param {{
 *   title: string, fields: HTMLElement[], action: string, below: HTMLElement[],
 *   submit: (values: Record<string, string>) => Promise<unknown>,
 * }} parts
 */
export function form({ title, fields, action, submit, below }) {
  const trouble = h("p", { class: "trouble", role: "alert" });
  const button = h("button", { class: "primary wide" }, action);
  const submitted = async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const values = Object.fromEntries(new FormData(/** @type {HTMLFormElement} */ (event.target)));
    button.disabled = true;
    trouble.textContent = "";
    try {
      await submit(/** @type {Record<string, string>} */ (values));
    } catch (error) {
      trouble.textContent = problemWords(error);
    }
    button.disabled = false;
  };
  return h(
    "form",
    { onsubmit: submitted },
    h("h2", {}, title),
    ...fields,
    trouble,
    button,
    h("div", { class: "row spread" }, ...below),
  );
}

/** @param {string} name @param {string} label @param {Record<string, any>} props */
export function field(name, label, props) {
  return h(
    "label",
    { class: "field" },
    h("span", {}, label),
    h("input", { name, required: true, ...props }),
  );
}

/** @param {string} text @param {() => void} onclick */
export function link(text, onclick) {
  return h("button", { type: "button", class: "link", onclick }, text);
}
