import { actionButton, referenceLine } from "./action.js";
import { originLine } from "./forwarding.js";
import { linkCard } from "./link-card.js";
import { quote } from "./quote.js";
import { tagChips } from "./tags.js";

/**
 * @typedef {import("../client/types.js").Message} Message
 * @typedef {import("./shell.js").Desk} Desk
 */

/**
 * What stands over a message's own words.
 *
 * @param {Desk} desk
 * @param {import("../client/types.js").Chat} chat
 * @param {Message} message
 * @param {import("./timeline.js").Hand} hand
 */
export function above(desk, chat, message, hand) {
  const { forward, reply_to: quoted } = message;
  return [
    forward && originLine(forward, desk.confab.store.myId),
    quoted && quote(desk, chat, quoted, hand),
  ];
}

/**
 * What stands under them.
 *
 * @param {Desk} desk
 * @param {Message} message
 */
export function below(desk, message) {
  const { action, preview, reference, tags } = message;
  return [
    preview && linkCard(preview),
    reference && referenceLine(reference),
    action && actionButton(desk, message, action),
    tags.length > 0 && tagChips(desk, message),
  ];
}
