import { progressOf } from "../client/index.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { attempt, confirmed, openMenu } from "./overlays.js";
import { onMenuWish } from "./press.js";
import { linked } from "./text.js";
import { ticks, waiting } from "./ticks.js";
import { exactTime, problemWords, timeOfDay } from "./words.js";

/** The server's default; it has the last word. */
const CHANGEABLE_MS = 48 * 3_600_000;

/**
 * @typedef {import("../client/types.js").Chat} Chat
 * @typedef {import("../client/types.js").Message} Message
 * @typedef {import("./shell.js").Desk} Desk
 */

/**
 * One message, and when it has to be drawn again.
 *
 * @param {Desk} desk
 * @param {Chat} chat
 * @param {Message} message
 * @param {(message: Message) => void} edit
 */
export function bubble(desk, chat, message, edit) {
  const mine = message.sender === desk.confab.store.myId;
  const progress = mine && !message.deleted ? progressOf(chat, message.number) : "";
  const make = () => drawn(desk, chat, message, mine, edit);
  return {
    stamp: JSON.stringify([
      message.text,
      message.edited_at,
      message.deleted,
      message.reply_to,
      progress,
    ]),
    make,
  };
}

/**
 * @param {Desk} desk
 * @param {Chat} chat
 * @param {Message} message
 * @param {boolean} mine
 * @param {(message: Message) => void} edit
 */
function drawn(desk, chat, message, mine, edit) {
  const who = mine ? "You" : chat.peer.name;
  const open = (/** @type {{x: number, y: number} | undefined} */ at) =>
    openMenu(more, actions(desk, message, mine, edit), at);
  const more = h(
    "button",
    {
      class: "round more",
      "aria-label": "Message menu",
      "aria-haspopup": "menu",
      onclick: () => open(undefined),
    },
    icon("down"),
  );
  const body = message.deleted
    ? h("p", { class: "faint" }, "Message deleted")
    : h("p", {}, ...linked(message.text));
  const balloon = h(
    "div",
    { class: message.deleted ? "bubble deleted" : "bubble" },
    h("span", { class: "visually-hidden" }, `${who}: `),
    message.reply_to && h("blockquote", {}, message.reply_to.text || "Message deleted"),
    body,
    h(
      "span",
      { class: "meta", title: exactTime(message.created_at) },
      message.edited_at && "edited ",
      h("time", { datetime: message.created_at }, timeOfDay(message.created_at)),
      mine && !message.deleted && ticks(chat, message.number),
    ),
    more,
  );
  onMenuWish(balloon, open);
  return h("li", { class: mine ? "line mine" : "line", "data-number": message.number }, balloon);
}

/**
 * @param {Desk} desk
 * @param {Message} message
 * @param {boolean} mine
 * @param {(message: Message) => void} edit
 */
function actions({ confab }, message, mine, edit) {
  const { chat, number } = message;
  const changeable =
    mine && !message.deleted && Date.now() - Date.parse(message.created_at) < CHANGEABLE_MS;
  const everyone = async () => {
    const sure = await confirmed(
      "Delete for everyone?",
      "The message disappears for both of you.",
      "Delete",
    );
    if (sure) attempt(confab.calls.delete(chat, number, "everyone"));
  };
  return [
    !message.deleted &&
      navigator.clipboard && {
        // not there without https
        label: "Copy",
        act: () => attempt(navigator.clipboard.writeText(message.text)),
      },
    changeable && { label: "Edit", act: () => edit(message) },
    {
      label: "Delete for me",
      act: () => attempt(confab.calls.delete(chat, number, "me")),
      danger: true,
    },
    changeable && { label: "Delete for everyone", act: everyone, danger: true },
  ];
}

/**
 * A message on its way: waiting, or refused and waiting for the person's decision.
 *
 * @param {Desk} desk
 * @param {import("../client/types.js").Outgoing} entry
 */
export function outgoingBubble({ confab }, entry) {
  const make = () =>
    h(
      "li",
      { class: entry.problem ? "line mine failed" : "line mine queued" },
      h(
        "div",
        { class: "bubble" },
        h("span", { class: "visually-hidden" }, "You: "),
        h("p", {}, ...linked(entry.text)),
        h(
          "span",
          { class: "meta" },
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
