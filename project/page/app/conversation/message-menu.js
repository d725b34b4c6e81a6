import { quickRow } from "../reactions/reactions.js";
import { attempt, confirmed, openMenu } from "../ui/overlays.js";
import { openForwarding } from "./forwarding.js";
import { openTags } from "./tags.js";

/** The server's default; it has the last word. */
const CHANGEABLE_MS = 48 * 3_600_000;

/**
 * @typedef {import("../../client/types.js").Message} Message
 * @typedef {import("../shell.js").Desk} Desk
 * @typedef {import("./timeline.js").Hand} Hand
 */

/**
 * What one can do with a message.
 *
 * @param {Desk} desk
 * @param {Message} message
 * @param {Hand} hand
 * @param {HTMLElement} anchor
 * @param {{x: number, y: number}} [at]
 */
export function openMessageMenu(desk, message, hand, anchor, at) {
  const row = (/** @type {() => void} */ close) => quickRow(desk, message, anchor, close);
  openMenu(
    anchor,
    [
      canAnswer(desk, message) && { row },
      ...(message.deleted ? [] : uses(desk, message, hand)),
      ...deletions(desk, message),
    ],
    at,
  );
}

/**
 * @param {Desk} desk
 * @param {Message} message
 * @param {Hand} hand
 * @returns {import("../ui/overlays.js").MenuItem[]}
 */
function uses(desk, message, hand) {
  const copy = () => attempt(navigator.clipboard.writeText(message.text));
  const editable = changeable(desk, message) && !message.forward;
  return [
    canAnswer(desk, message) && { label: "Reply", act: () => hand.reply(message) },
    !message.no_forward && { label: "Forward…", act: () => openForwarding(desk, message) },
    // The clipboard is not there without https.
    message.text !== "" && navigator.clipboard && { label: "Copy", act: copy },
    { label: "Tags…", act: () => openTags(desk, message) },
    editable && { label: "Edit", act: () => hand.edit(message) },
  ];
}

/**
 * @param {Desk} desk
 * @param {Message} message
 * @returns {import("../ui/overlays.js").MenuItem[]}
 */
function deletions(desk, message) {
  const { chat, number } = message;
  const { calls } = desk.confab;
  const everyone = async () => {
    const sure = await confirmed(
      "Delete for everyone?",
      "The message disappears for both of you.",
      "Delete",
    );
    if (sure) attempt(calls.delete(chat, number, "everyone"));
  };
  return [
    {
      label: "Delete for me",
      act: () => attempt(calls.delete(chat, number, "me")),
      danger: true,
    },
    changeable(desk, message) && { label: "Delete for everyone", act: everyone, danger: true },
  ];
}

/** @param {Desk} desk @param {Message} message */
export function canAnswer({ confab, people }, { chat, deleted }) {
  return !deleted && !people.isBarred(confab.store.chat(chat)?.peer);
}

/** @param {Desk} desk @param {Message} message */
function changeable({ confab }, message) {
  const mine = message.sender === confab.store.myId;
  return mine && !message.deleted && Date.now() - Date.parse(message.created_at) < CHANGEABLE_MS;
}
