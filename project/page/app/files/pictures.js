import { nameOf } from "../people/names.js";
import { timeOfDay } from "../ui/words.js";

/** The largest box that an image has in the conversation, and the smallest. In pixels. */
const MOST = { width: 330, height: 400 };
const LEAST = { width: 150, height: 100 };

/**
 * @typedef {import("../../client/types.js").File} File
 * @typedef {import("../../client/types.js").Message} Message
 * @typedef {File & Required<Pick<File, "width" | "height">>} Pictured a file that is an image
 */

/**
 * The image of this message, if it has one that can be shown.
 *
 * @param {Message} message
 * @returns {Pictured | null}
 */
export function pictureOf({ type, file }) {
  return type === "image" && file?.thumbnail && file.width && file.height
    ? /** @type {Pictured} */ (file)
    : null;
}

/**
 * Its place in the conversation is reserved before anything is loaded.
 *
 * @param {HTMLElement} element
 * @param {number} width
 * @param {number} height
 */
export function shaped(element, width, height) {
  const scale = Math.min(1, MOST.width / width, MOST.height / height);
  const wide = Math.max(LEAST.width, Math.round(width * scale));
  const high = Math.max(LEAST.height, Math.round(height * scale));
  element.style.width = `${wide}px`;
  element.style.aspectRatio = `${wide} / ${high}`;
  element.classList.toggle("small", width < LEAST.width && height < LEAST.height);
  return element;
}

/** @param {import("../shell.js").Desk} desk @param {Message} message */
export function altOf({ confab }, { chat, sender, created_at: at }) {
  const who = sender === confab.store.myId ? "you" : nameOf(confab.store.chat(chat)?.peer);
  return `Photo from ${who}, ${timeOfDay(at)}`;
}

/**
 * Images that are on their way, as this browser has them: in the tray, and in the conversation
 * until the server's own thumbnail is there.
 *
 * @typedef {{url: string, width: number, height: number}} LocalImage pixels, upright
 */

/** By the name of the message that carries it. @type {Map<string, LocalImage>} */
const held = new Map();

/** @param {string} id @returns {LocalImage | undefined} */
export function localImage(id) {
  return held.get(id);
}

/**
 * @param {string} id
 * @param {Blob} blob
 * @returns {Promise<LocalImage | undefined>} nothing when it is no image, or none that can be shown
 */
export async function keepLocalImage(id, blob) {
  if (!blob.type.startsWith("image/") || blob.type.includes("svg")) return undefined;
  const url = URL.createObjectURL(blob);
  const image = new Image();
  image.src = url;
  try {
    await image.decode();
  } catch {
    URL.revokeObjectURL(url);
    return undefined;
  }
  dropLocalImage(id);
  const preview = { url, width: image.naturalWidth, height: image.naturalHeight };
  held.set(id, preview);
  return preview;
}

/** @param {string} id */
export function dropLocalImage(id) {
  const preview = held.get(id);
  if (preview) URL.revokeObjectURL(preview.url);
  held.delete(id);
}
