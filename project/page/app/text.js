import { h } from "./dom.js";

const LINK = /(https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]}])/g;

/**
 * A message's text with its web addresses as links. Nothing else in it means anything.
 *
 * @param {string} text
 * @returns {(string | HTMLElement)[]}
 */
export function linked(text) {
  return text
    .split(LINK)
    .map((part, index) =>
      index % 2 ? h("a", { href: part, target: "_blank", rel: "noopener noreferrer" }, part) : part,
    );
}
