import { h } from "./dom.js";
import { problemWords } from "./words.js";

/**
 * @param {{
 *   title: string, fields: HTMLElement[], action: string, below: HTMLElement[],
 *   submit: (values: Record<string, string>) => Promise<unknown>, destroys?: boolean,
 * }} parts `destroys`: what it does cannot be undone
 */
export function form({ title, fields, action, submit, below, destroys = false }) {
  const trouble = h("p", { class: "trouble", role: "alert" });
  const button = h(
    "button",
    { class: destroys ? "primary wide destroys" : "primary wide" },
    action,
  );
  const submitted = async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    if (button.disabled) return;
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
    { class: "step", onsubmit: submitted },
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
    h("input", { name, required: true, dir: "auto", ...props }),
  );
}

/**
 * A button that looks like a link.
 *
 * @param {string} text
 * @param {() => void} onclick
 * @param {string} [label] the whole of it, where the text alone would not say what it is about
 */
export function link(text, onclick, label) {
  return h("button", { type: "button", class: "link", onclick, "aria-label": label }, text);
}
