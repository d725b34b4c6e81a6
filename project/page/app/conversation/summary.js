import { progressOf } from "../../client/index.js";
import { fileName } from "../people/names.js";
import { icon } from "../ui/icons.js";

/** @typedef {import("../../client/types.js").Message} Message */

/**
 * A message in a few words, for a list or a quote.
 *
 * @param {Message} message
 */
export function summary(message) {
  if (message.deleted) return "Message deleted";
  return message.text.slice(0, 200) || contentWords(message) || "Message";
}

/**
 * The same of a message on its way.
 *
 * @param {import("../../client/types.js").Outgoing} entry
 */
export function outgoingSummary({ text, upload }) {
  if (text || !upload) return text.slice(0, 200);
  return upload.content_type.startsWith("image/") ? "Photo" : `File: ${fileName(upload.name)}`;
}

/** @param {Message} message what it carries beside text, or "" */
function contentWords({ type, action, file }) {
  if (type === "image") return "Photo";
  if (type === "file") return file ? `File: ${fileName(file.name)}` : "File";
  return action ? actionLabel(action) : "";
}

const LABEL_LONGEST = 60;

/**
 * What stands on an action's button.
 *
 * @param {import("../../client/types.js").Action} action
 */
export function actionLabel({ name, params }) {
  const label = params.label;
  const fits = typeof label === "string" && label.trim() && label.length <= LABEL_LONGEST;
  return fits ? label.trim() : name;
}

const WORDS = { sent: "Sent", delivered: "Delivered", read: "Read" };

/**
 * One tick: the server has it. Two: the other's device has it. Two in colour: it was read.
 *
 * @param {import("../../client/types.js").Chat} chat
 * @param {number} number
 */
export function ticks(chat, number) {
  const progress = progressOf(chat, number);
  return labelled(icon(progress === "sent" ? "check" : "checks"), progress, WORDS[progress]);
}

/** Not with the server yet. */
export function waiting() {
  return labelled(icon("clock"), "queued", "Waiting to be sent");
}

/** @param {SVGElement} drawing @param {string} name @param {string} label */
function labelled(drawing, name, label) {
  drawing.classList.add("ticks", name);
  drawing.removeAttribute("aria-hidden");
  drawing.setAttribute("role", "img");
  drawing.setAttribute("aria-label", label);
  return drawing;
}
