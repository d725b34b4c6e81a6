import { h } from "./dom.js";
import { attempt } from "./overlays.js";

/**
 * Save a file's content. Whether it could begin; if not, the person has been told.
 *
 * @param {import("./shell.js").Desk} desk
 * @param {{id: string, name: string}} file
 */
export function download({ confab }, { id, name }) {
  const begun = confab.files?.links.get(id).then((url) => {
    // The server sends it as an attachment, so the page stays where it is.
    h("a", { href: url, download: name }).click();
  });
  return attempt(Promise.resolve(begun));
}
