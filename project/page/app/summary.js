/** @typedef {import("../client/types.js").Message} Message */

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
 * @param {import("../client/types.js").Outgoing} entry
 */
export function outgoingSummary({ text, upload }) {
  if (text || !upload) return text.slice(0, 200);
  return upload.content_type.startsWith("image/") ? "Photo" : `File: ${upload.name}`;
}

/** @param {Message} message what it carries beside text, or "" */
function contentWords({ type, action, file }) {
  if (type === "image") return "Photo";
  if (type === "file") return file ? `File: ${file.name}` : "File";
  return action ? actionLabel(action) : "";
}

const LABEL_LONGEST = 60;

/**
 * What stands on an action's button.
 *
 * @param {import("../client/types.js").Action} action
 */
export function actionLabel({ name, params }) {
  const label = params.label;
  const fits = typeof label === "string" && label.trim() && label.length <= LABEL_LONGEST;
  return fits ? label.trim() : name;
}
