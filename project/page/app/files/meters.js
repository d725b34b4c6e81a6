import { h } from "../ui/dom.js";
import { uploadWords } from "./file-words.js";

/**
 * Bars, rings and words that tell how far an upload is. They are moved in place: a bubble is not
 * drawn anew for each kilobyte.
 *
 * @typedef {import("../../client/types.js").Upload} Upload
 */

/** @param {Upload} upload */
export function bar(upload) {
  const label = `Uploading ${upload.name}`;
  const meter = h("progress", {
    class: "bar-meter",
    "data-upload": upload.id,
    "aria-label": label,
  });
  drawMeter(meter, upload);
  return meter;
}

/** @param {Upload} upload */
export function ring(upload) {
  const meter = h("span", {
    class: "ring-meter",
    "data-upload": upload.id,
    role: "progressbar",
    "aria-label": `Uploading ${upload.name}`,
    "aria-valuemin": 0,
    "aria-valuemax": 100,
  });
  drawMeter(meter, upload);
  return meter;
}

/** @param {Upload} upload */
export function progressWords(upload) {
  const words = h("span", { class: "progress-words", "data-upload": upload.id });
  drawMeter(words, upload);
  return words;
}

/**
 * Whatever shows this upload on the page.
 *
 * @param {Element} root
 * @param {Upload} upload
 */
export function drawMeters(root, upload) {
  for (const meter of root.querySelectorAll(`[data-upload="${CSS.escape(upload.id)}"]`))
    drawMeter(/** @type {HTMLElement} */ (meter), upload);
}

/** @param {HTMLElement} meter @param {Upload} upload */
function drawMeter(meter, upload) {
  const done = upload.size ? upload.sent / upload.size : 0;
  const checking = upload.state === "checking";
  if (meter instanceof HTMLProgressElement) {
    if (checking) meter.removeAttribute("value");
    else meter.value = done;
  } else if (meter.classList.contains("ring-meter")) {
    meter.classList.toggle("checking", checking);
    meter.style.setProperty("--done", String(checking ? 0.25 : Math.max(done, 0.02)));
    meter.setAttribute("aria-valuenow", String(Math.round(done * 100)));
  } else meter.textContent = uploadWords(upload);
}
