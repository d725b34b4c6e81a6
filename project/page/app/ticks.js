import { progressOf } from "../client/index.js";
import { icon } from "./icons.js";

const WORDS = { sent: "Sent", delivered: "Delivered", read: "Read" };

/**
 * One tick: the server has it. Two: the other's device has it. Two in colour: it was read.
 *
 * @param {import("../client/types.js").Chat} chat
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
