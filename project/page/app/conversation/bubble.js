import { progressOf } from "../../client/index.js";
import { attached } from "../files/attachments.js";
import { nameOf } from "../people/names.js";
import { reactButton, reactionRow } from "../reactions/reactions.js";
import { h, said } from "../ui/dom.js";
import { onMenuWish } from "../ui/gestures.js";
import { icon } from "../ui/icons.js";
import { exactTime, timeOfDay } from "../ui/words.js";
import { album } from "./album.js";
import { above, below } from "./around-text.js";
import { canAnswer, openMessageMenu } from "./message-menu.js";
import { quoteState } from "./quote.js";
import { ticks, waiting } from "./summary.js";
import { linked } from "./text.js";

/**
 * @typedef {import("../../client/types.js").Chat} Chat
 * @typedef {import("../../client/types.js").Message} Message
 * @typedef {import("../shell.js").Desk} Desk
 * @typedef {import("./timeline.js").Hand} Hand
 * @typedef {import("./lines.js").Line} Line
 */

/**
 * One message, or an album that begins with it, and when it has to be drawn again.
 *
 * @param {Desk} desk
 * @param {Chat} chat
 * @param {Message} message
 * @param {Hand} hand
 * @param {Line[]} lines of the album; otherwise the message's alone
 */
export function bubble(desk, chat, message, hand, lines) {
  const { deleted, reply_to: quoted, sender } = message;
  const mine = sender === desk.confab.store.myId;
  const { message: last } = /** @type {Line} */ (lines.at(-1));
  const progress = mine && !deleted && last ? progressOf(chat, last.number) : "";
  const make = () => drawn(desk, chat, message, mine, hand, lines);
  return {
    stamp: JSON.stringify([lines, progress, quoted && quoteState(desk, chat.id, quoted)]),
    make,
  };
}

/**
 * @param {Desk} desk
 * @param {Chat} chat
 * @param {Message} message
 * @param {boolean} mine
 * @param {Hand} hand
 * @param {Line[]} lines
 */
function drawn(desk, chat, message, mine, hand, lines) {
  const { deleted } = message;
  const single = lines.length === 1;
  const open = (/** @type {{x: number, y: number} | undefined} */ at) =>
    openMessageMenu(desk, message, hand, more, at);
  const more = h(
    "button",
    {
      class: "round",
      "aria-label": "Message menu",
      "data-again": "menu",
      "aria-haspopup": "menu",
      onclick: () => open(undefined),
    },
    icon("down"),
  );
  const balloon = h(
    "div",
    { class: deleted ? "bubble deleted" : "bubble" },
    h("span", { class: "visually-hidden" }, ...said`${mine ? "You" : nameOf(chat.peer)}: `),
    ...(deleted ? [] : above(desk, chat, message, hand)),
    single ? attached(desk, message) : album(desk, chat, lines, hand),
    words(message),
    ...(deleted ? [] : below(desk, message)),
    meta(chat, lines.at(-1)?.message ?? message, mine, lines.at(-1)?.outgoing),
    single && h("div", { class: "tools" }, more, canAnswer(desk, message) && reactButton(desk, message)),
  );
  onMenuWish(balloon, open);
  return h(
    "li",
    { class: mine ? "line mine" : "line", "data-number": message.number },
    balloon,
    single && !deleted && reactionRow(desk, chat, message),
  );
}

/** @param {Message} message */
function words({ deleted, text }) {
  if (deleted) return h("p", { class: "faint" }, "Message deleted");
  return text !== "" && h("p", { dir: "auto" }, ...linked(text));
}

/**
 * @param {Chat} chat
 * @param {Message} message
 * @param {boolean} mine
 * @param {import("../../client/types.js").Outgoing} [outgoing] what is still to come
 */
function meta(chat, message, mine, outgoing) {
  const { created_at: at, deleted, edited_at: edited, no_forward: locked } = message;
  return h(
    "span",
    { class: "meta", title: exactTime(at) },
    locked && labelledLock(),
    edited && "edited ",
    h("time", { datetime: at }, timeOfDay(at)),
    mine && !deleted && (outgoing ? waiting() : ticks(chat, message.number)),
  );
}

export function labelledLock() {
  const words = "Cannot be forwarded";
  const lock = h("span", { class: "lock", role: "img", "aria-label": words, title: words });
  lock.append(icon("lock"));
  return lock;
}
