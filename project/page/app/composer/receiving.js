import { h } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { toast } from "../ui/overlays.js";

// A file that is let go beside the place for it must not replace the page.
for (const type of ["dragover", "drop"])
  document.addEventListener(type, (event) => {
    const data = /** @type {DragEvent} */ (event).dataTransfer;
    if (event.defaultPrevented || !data?.types.includes("Files")) return;
    event.preventDefault();
    data.dropEffect = "none";
  });

/**
 * Files that are dropped onto an element, or pasted into it.
 *
 * @param {HTMLElement} element
 * @param {(string | Node)[]} words what letting go here does
 * @param {(files: File[]) => void} take
 * @param {() => boolean} mayTake
 */
export function receiveFiles(element, words, take, mayTake) {
  const overlay = h(
    "div",
    { class: "drop", hidden: true },
    h("div", { class: "drop-frame" }, icon("attach"), h("p", {}, ...words)),
  );
  element.append(overlay);
  const carries = (/** @type {DragEvent} */ event) =>
    mayTake() && Boolean(event.dataTransfer?.types.includes("Files"));

  element.addEventListener("dragover", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    overlay.hidden = false;
  });
  element.addEventListener("dragleave", (event) => {
    if (!element.contains(/** @type {Node | null} */ (event.relatedTarget))) overlay.hidden = true;
  });
  element.addEventListener("drop", (event) => {
    overlay.hidden = true;
    if (!carries(event)) return;
    event.preventDefault();
    take(dropped(/** @type {DataTransfer} */ (event.dataTransfer)));
  });
  element.addEventListener("paste", (event) => {
    const { files, types } = /** @type {DataTransfer} */ (event.clipboardData);
    // Who copies cells or a paragraph gets a picture of them too, and means the text.
    if (!mayTake() || files.length === 0 || types.includes("text/plain")) return;
    event.preventDefault();
    take([...files]);
  });
}

/** @param {DataTransfer} data @returns {File[]} */
function dropped({ items, files }) {
  const folders = [...items].filter((item) => item.webkitGetAsEntry?.()?.isDirectory);
  if (folders.length === 0) return [...files];
  toast("Folders cannot be sent. Choose the files in them.");
  return [...items]
    .filter((item) => item.kind === "file" && !folders.includes(item))
    .map((item) => item.getAsFile())
    .filter((file) => file !== null);
}
