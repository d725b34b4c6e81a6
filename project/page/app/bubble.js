import { progressOf } from "../client/index.js";
import { above, below } from "./around-text.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { openMessageMenu } from "./message-menu.js";
import { onMenuWish } from "./press.js";
import { outgoingQuote, quoteState } from "./quote.js";
import { reactionRow, reactButton } from "./reactions.js";
import { linked } from "./text.js";
import { ticks, waiting } from "./ticks.js";
import { exactTime, problemWords, timeOfDay } from "./words.js";

/**
 * @typedef {import("../client/types.js").Chat} Chat
 * @typedef {import("../client/types.js").Message} Message
 * @typedef {import("./shell.js").Desk} Desk
 * @typedef {import("./timeline.js").Hand} Hand
 */

/**
 * One message, and when it has to be drawn again.
 *
 * @param {Desk} desk
 * @param {Chat} chat
 * @param {Message} message
 * @param {Hand} hand
 */
export function bubble(desk, chat, message, hand) {
  const mine = message.sender === desk.confab.store.myId;
  const progress = mine && !message.deleted ? progressOf(chat, message.number) : "";
  const make = () => drawn(desk, chat, message, mine, hand);
  const { reply_to: quoted } = message;
  return {
    stamp: JSON.stringify([message, progress, quoted && quoteState(desk, chat.id, quoted)]),
    make,
  };
}

/**
 * @param {Desk} desk
 * @param {Chat} chat
 * @param {Message} message
 * @param {boolean} mine
 * @param {Hand} hand
 */
function drawn(desk, chat, message, mine, hand) {
  const { deleted } = message;
  const open = (/** @type {{x: number, y: number} | undefined} */ at) =>
    openMessageMenu(desk, message, hand, more, at);
  const more = h(
    "button",
    {
      class: "round",
      "aria-label": "Message menu",
      "aria-haspopup": "menu",
      onclick: () => open(undefined),
    },
    icon("down"),
  );
  const balloon = h(
    "div",
    { class: deleted ? "bubble deleted" : "bubble" },
    h("span", { class: "visually-hidden" }, `${mine ? "You" : chat.peer.name}: `),
    ...(deleted ? [] : above(desk, chat, message, hand)),
    words(message),
    ...(deleted ? [] : below(desk, message)),
    meta(chat, message, mine),
    h("div", { class: "tools" }, more, !deleted && reactButton(desk, message)),
  );
  onMenuWish(balloon, open);
  return h(
    "li",
    { class: mine ? "line mine" : "line", "data-number": message.number },
    balloon,
    !deleted && reactionRow(desk, chat, message),
  );
}

/** @param {Message} message */
function words({ deleted, text }) {
  if (deleted) return h("p", { class: "faint" }, "Message deleted");
  return text !== "" && h("p", {}, ...linked(text));
}

/** @param {Chat} chat @param {Message} message @param {boolean} mine */
function meta(chat, message, mine) {
  const { created_at: at, deleted, edited_at: edited, no_forward: locked } = message;
  return h(
    "span",
    { class: "meta", title: exactTime(at) },
    locked && labelledLock(),
    edited && "edited ",
    h("time", { datetime: at }, timeOfDay(at)),
    mine && !deleted && ticks(chat, message.number),
  );
}

function labelledLock() {
  const words = "Cannot be forwarded";
  const lock = h("span", { class: "lock", role: "img", "aria-label": words, title: words });
  lock.append(icon("lock"));
  return lock;
}

/**
 * A message on its way: waiting, or refused and waiting for the person's decision.
 *
 * @param {Desk} desk
 * @param {import("../client/types.js").Outgoing} entry
 */
export function outgoingBubble(desk, entry) {
  const { confab } = desk;
  const make = () =>
    h(
      "li",
      { class: entry.problem ? "line mine failed" : "line mine queued" },
      h(
        "div",
        { class: "bubble" },
        h("span", { class: "visually-hidden" }, "You: "),
        outgoingQuote(desk, entry),
        h("p", {}, ...linked(entry.text)),
        h(
          "span",
          { class: "meta" },
          entry.no_forward && labelledLock(),
          h("time", {}, timeOfDay(entry.at)),
          entry.problem ? icon("warning") : waiting(),
        ),
      ),
      entry.problem && refusal(confab, entry, entry.problem),
    );
  return { stamp: JSON.stringify(entry), make };
}

/**
 * @param {import("../client/confab.js").Confab} confab
 * @param {import("../client/types.js").Outgoing} entry
 * @param {import("../client/types.js").ProblemBody} problem
 */
function refusal({ outbox }, entry, problem) {
  const why = problemWords({ code: problem.code, message: problem.detail || problem.title });
  return h(
    "p",
    { class: "refusal", role: "alert" },
    `Not sent. ${why} `,
    h("button", { class: "link", onclick: () => outbox?.retry(entry) }, "Try again"),
    h("button", { class: "link", onclick: () => outbox?.remove(entry) }, "Discard"),
  );
}
