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

/** @param {Message} message what it carries beside text, or "" */
function contentWords({ type, action }) {
  if (type === "image") return "Photo";
  if (type === "file") return "File";
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
