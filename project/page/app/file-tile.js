import { h } from "./dom.js";
import { extension, kindOf } from "./file-words.js";

/**
 * A sheet of paper in the colour of its kind, with the ending of its name. Decoration: the name
 * itself stands beside it.
 *
 * @param {string} name
 * @param {string} type its content type
 */
export function fileTile(name, type) {
  const letters = extension(name).slice(0, 4);
  return h("span", { class: "tile", "data-kind": kindOf(type), "aria-hidden": "true" }, letters);
}
