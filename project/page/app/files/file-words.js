import { h } from "../ui/dom.js";
import { problemWords } from "../ui/words.js";

/**
 * @typedef {import("../../client/types.js").ProblemBody} ProblemBody
 * @typedef {import("../../client/types.js").Upload} Upload
 */

const percent = new Intl.NumberFormat(undefined, { style: "percent" });
const UNITS = ["bytes", "kB", "MB", "GB"];

/** @param {number} bytes as "2.4 MB" */
export function sizeWords(bytes) {
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), UNITS.length - 1);
  const number = bytes / 1000 ** power;
  const digits = power > 0 && number < 10 ? 1 : 0;
  return `${number.toLocaleString(undefined, { maximumFractionDigits: digits })} ${UNITS[power]}`;
}

/** @param {string} name @returns {string} as "PDF", or "" */
export function extension(name) {
  const found = /\.([a-z0-9]{1,5})$/i.exec(name);
  return found ? found[1].toUpperCase() : "";
}

/** @type {[RegExp, string][]} */
const KINDS = [
  [/\bpdf$/, "pdf"],
  [/^image\//, "image"],
  [/^audio\//, "audio"],
  [/^video\//, "video"],
  [/zip|compressed|x-(tar|7z|rar)|gzip/, "archive"],
  [/sheet|excel|csv/, "sheet"],
  [/presentation|powerpoint/, "slides"],
  [/word|opendocument|rtf|^text\//, "text"],
];

/** @param {string} type a content type @returns {string} what its card's colour tells */
export function kindOf(type) {
  return KINDS.find(([pattern]) => pattern.test(type))?.[1] ?? "other";
}

/** @param {Upload} upload how far it is */
export function uploadWords({ state, sent, size, problem }) {
  if (state === "failed" && problem) return troubleWords(problem);
  if (state === "uploading") return `${percent.format(sent / size)} of ${sizeWords(size)}`;
  return { preparing: "Waiting…", checking: "Being checked…" }[String(state)] ?? sizeWords(size);
}

/** @param {ProblemBody} problem why a file could not be sent */
export function troubleWords(problem) {
  const why = problem.code === "rejected" ? problem.reason : problem.code;
  if (problem.reason === "quota") return "There is no more room for your files.";
  return (
    TROUBLE[why ?? ""] ??
    problemWords({ code: problem.code, message: problem.detail || problem.title, body: problem })
  );
}

/** Whether the same file may fare better next time. @param {ProblemBody} problem */
export function mayRetry({ code, reason }) {
  return !FINAL.has((code === "rejected" ? reason : code) ?? "");
}

/** Whether it may be sent as a file that stays as it is. @param {ProblemBody} problem */
export function maySendAsFile({ code, reason }) {
  return code === "rejected" && (reason === "unsupported_image" || reason === "too_many_pixels");
}

const FINAL = new Set([
  "too_large",
  "unreadable",
  "not_an_image",
  "unsupported_image",
  "too_many_pixels",
  "broken_image",
]);

/** @type {Record<string, string>} */
const TROUBLE = {
  cut_off: "The upload was cut off.",
  unreadable: "This file can no longer be read.",
  too_large: "This file is too large.",
  missing: "The file did not arrive.",
  size: "The file did not arrive whole.",
  hash: "The file was damaged on the way.",
  not_an_image: "This is not the image that its name says.",
  unsupported_image: "Images of this kind cannot be shown. As a file it can be sent, and stays just as it is.",
  too_many_pixels: "This image has too many pixels to be shown. As a file it can be sent, and stays just as it is.",
  broken_image: "This image is damaged.",
  deleted: "This file is not there any more.",
};

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
