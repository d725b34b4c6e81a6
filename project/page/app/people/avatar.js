import { remoteImage } from "../files/content.js";
import { h } from "../ui/dom.js";
import { initials } from "../ui/words.js";
import { nameOf } from "./names.js";

const TONES = 8;

/**
 * A person's picture; where there is none, or as long as it is not there, their initials on a
 * colour of their own.
 *
 * @param {import("../../client/confab.js").Confab} confab
 * @param {import("../../client/types.js").User} user
 * @param {boolean} [online] draws the dot
 */
export function avatar(confab, user, online = false) {
  const tone = user.deleted ? "none" : toneOf(user.id);
  const letters = user.deleted ? "–" : initials(nameOf(user));
  return h(
    "span",
    { class: "avatar", "data-tone": tone, "aria-hidden": "true" },
    letters,
    user.avatar && remoteImage(confab, user.avatar, "thumbnail", ""),
    online && h("span", { class: "dot" }),
  );
}

/** @param {string} id */
function toneOf(id) {
  let mixed = 0;
  for (const char of id) mixed = Math.imul(mixed ^ char.charCodeAt(0), 0x01000193);
  return (mixed >>> 24) % TONES;
}
