import { h } from "../ui/dom.js";

const LINK = /(https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]}])/g;
/** As the server finds them; what is only digits is none. */
const HASHTAG = /(?<![\p{L}\p{N}_#&/=])(#(?!\p{N}+(?![\p{L}\p{N}_]))[\p{L}\p{N}_]{1,64})/gu;

/**
 * A message's text with its web addresses as links and its hashtags set off. Nothing else in it
 * means anything.
 *
 * @param {string} text
 * @returns {(string | HTMLElement)[]}
 */
export function linked(text) {
  return text
    .split(LINK)
    .flatMap((part, index) =>
      index % 2
        ? [h("a", { href: part, target: "_blank", rel: "noopener noreferrer" }, part)]
        : tagged(part),
    );
}

/** @param {string} text */
function tagged(text) {
  return text
    .split(HASHTAG)
    .map((part, index) => (index % 2 ? h("span", { class: "hashtag" }, part) : part));
}
