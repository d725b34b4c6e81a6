/** @typedef {Node | string | null | undefined | false} Child */

/**
 * An element. Strings become text nodes, never markup.
 *
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, any>} [props] attributes; a function is a listener (`onclick`), a boolean
 *   sets or leaves out the attribute
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, String(value));
  }
  element.append(
    ...children.filter((child) => child !== null && child !== undefined && child !== false),
  );
  return element;
}

/** @typedef {{key: string, stamp: string, make: () => HTMLElement}} Item */

/** @type {WeakMap<Element, Map<string, {stamp: string, node: HTMLElement}>>} */
const shown = new WeakMap();

/**
 * Make the children of `parent` these items. An item that was there with the same stamp keeps its
 * element, so that focus, selection and scrolling survive.
 *
 * @param {Element} parent
 * @param {Item[]} items
 */
export function keyed(parent, items) {
  const before = shown.get(parent) ?? new Map();
  const after = new Map();
  for (const { key, stamp, make } of items) {
    const held = before.get(key);
    after.set(key, held?.stamp === stamp ? held : { stamp, node: replacing(held?.node, make()) });
  }
  for (const [key, { node }] of before) if (after.get(key)?.node !== node) node.remove();
  let place = parent.firstElementChild;
  for (const { node } of after.values()) {
    if (node === place) place = node.nextElementSibling;
    else parent.insertBefore(node, place);
  }
  shown.set(parent, after);
}

/**
 * The focus goes to what has the same `data-again`, or else to the first thing that takes it.
 *
 * @param {HTMLElement | undefined} old
 * @param {HTMLElement} node
 */
function replacing(old, node) {
  const active = /** @type {HTMLElement | null} */ (document.activeElement);
  const focused = old?.contains(active);
  old?.replaceWith(node);
  if (!focused) return node;
  const again = active?.dataset.again;
  const same = again && node.querySelector(`[data-again="${CSS.escape(again)}"]`);
  /** @type {HTMLElement | null} */ (same || node.querySelector("a, button"))?.focus();
  return node;
}

/**
 * Call `draw` soon, once, however often it is asked for.
 *
 * @param {() => void} draw
 * @returns {() => void}
 */
export function coalesced(draw) {
  let asked = false;
  // No animation frame: hidden tabs get none, and their title still counts.
  return () => {
    if (asked) return;
    asked = true;
    setTimeout(() => {
      asked = false;
      draw();
    }, 16);
  };
}

/**
 * What people wrote, within a line of ours: its direction is its own, and turns nothing around it.
 *
 * @param {string | null | undefined} text
 */
export function theirs(text) {
  return h("bdi", {}, text ?? "");
}

/**
 * A sentence with what people wrote in it: said`Block ${name}?`.
 *
 * @param {TemplateStringsArray} strings
 * @param {...(string | null | undefined)} values
 * @returns {(string | HTMLElement)[]}
 */
export function said(strings, ...values) {
  return strings.flatMap((string, index) => (index ? [theirs(values[index - 1]), string] : [string]));
}

/**
 * Whether this key is for the input method that is composing a word. Safari ends the word first and
 * reports its Enter after that, by the old code alone.
 *
 * @param {KeyboardEvent} event
 */
export function isComposing(event) {
  return event.isComposing || event.keyCode === 229;
}
