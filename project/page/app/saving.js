import { attempt } from "./overlays.js";

/**
 * Change one's profile or privacy. Whether it worked; if not, the person has been told.
 *
 * @param {import("../client/confab.js").Confab} confab
 * @param {Partial<import("../client/types.js").Me>} changes
 */
export function save(confab, changes) {
  return attempt(confab.calls.changeMe(changes).then((me) => confab.store.holdMe(me)));
}
