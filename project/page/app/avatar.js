import { h } from "./dom.js";
import { initials } from "./words.js";

const TONES = 8;

/**
 * A person's initials on a colour of their own.
 *
 * @param {import("../client/types.js").User} user
 * @param {boolean} [online] draws the dot
 */
export function avatar(user, online = false) {
  const tone = user.deleted ? "none" : toneOf(user.id);
  const letters = user.deleted ? "–" : initials(user.name);
  return h(
    "span",
    { class: "avatar", "data-tone": tone, "aria-hidden": "true" },
    letters,
    online && h("span", { class: "dot" }),
  );
}

/** @param {string} id */
function toneOf(id) {
  let sum = 0;
  for (const char of id) sum = (sum * 31 + char.charCodeAt(0)) % 997;
  return sum % TONES;
}
