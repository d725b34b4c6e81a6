import { h } from "../ui/dom.js";
import { dayName, dayOf } from "../ui/words.js";
import { albums } from "./album.js";

/** Messages of one person within this time stand together. */
const TOGETHER_MS = 5 * 60_000;

/**
 * @typedef {import("../../client/types.js").Chat} Chat
 * @typedef {import("../../client/types.js").Message} Message
 * @typedef {import("../../client/types.js").Outgoing} Outgoing
 * @typedef {import("../shell.js").Desk} Desk
 * @typedef {{key: string, sender: string, at: number, number: number, message?: Message,
 *   outgoing?: Outgoing}} Line what is drawn as one bubble
 */

/**
 * What the server has, then what is on its way.
 *
 * @param {Desk} desk
 * @param {Chat} chat
 * @returns {Line[]}
 */
export function lines({ confab }, chat) {
  const messages = confab.store.history(chat.id).list();
  const here = new Set(messages.map((message) => message.client_id));
  const outgoing = (confab.outbox?.list(chat.id) ?? []).filter(
    (entry) => !here.has(entry.client_id),
  );
  return [
    ...messages.map((message) => ({
      // A message of mine keeps the place it had while it was on its way.
      key: message.sender === confab.store.myId ? message.client_id : `#${message.number}`,
      sender: message.sender,
      at: Date.parse(message.created_at),
      number: message.number,
      message,
    })),
    ...outgoing.map((entry) => ({
      key: entry.client_id,
      sender: confab.store.myId,
      at: entry.at,
      number: 0,
      outgoing: entry,
    })),
  ];
}

/**
 * What the conversation shows: days, where the unread begins, and bubbles.
 *
 * @param {Chat} chat
 * @param {Line[]} all
 * @param {number} unreadFrom
 * @param {(group: Line[]) => {stamp: string, make: () => HTMLElement}} drawn one bubble
 * @param {() => HTMLElement} faceOf the peer's face
 * @returns {import("../ui/dom.js").Item[]}
 */
export function items(chat, all, unreadFrom, drawn, faceOf) {
  /** @type {import("../ui/dom.js").Item[]} */
  const items = [];
  const isNew = (/** @type {Line} */ line) =>
    line.number >= unreadFrom && line.sender === chat.peer.id;
  const joined = (/** @type {Line} */ one, /** @type {Line} */ next) =>
    together(one, next) && isNew(one) === isNew(next);
  const groups = albums(all, joined);
  groups.forEach((group, index) => {
    const [line] = group;
    const before = groups[index - 1]?.at(-1);
    const after = groups[index + 1]?.[0];
    const news = isNew(line) && !(before && before.number >= unreadFrom);
    if (!before || dayOf(before.at) !== dayOf(line.at))
      items.push(divider(`day ${dayOf(line.at)}`, dayName(line.at), "day"));
    if (news) items.push(divider("unread", "New messages", "unread-line"));
    const opens = news || !before || !together(before, line);
    const closes = !after || !together(/** @type {Line} */ (group.at(-1)), after);
    const { stamp, make } = drawn(group);
    const face = closes && line.sender === chat.peer.id && faceOf;
    const shape = `${opens ? " opens" : ""}${closes ? " closes" : ""}`;
    items.push({
      key: line.key,
      stamp: `${stamp}${shape}${face ? chat.peer.avatar : ""}`,
      make: () => shaped(make(), line.key, shape, face && face()),
    });
  });
  return items;
}

/**
 * @param {HTMLElement} node
 * @param {string} key
 * @param {string} shape
 * @param {HTMLElement | false} face of whoever said it
 */
function shaped(node, key, shape, face) {
  node.className += shape;
  if (face) node.append(h("span", { class: "line-face" }, face));
  node.dataset.key = key;
  return node;
}

/** @param {Line} one @param {Line} next */
function together(one, next) {
  const near = one.sender === next.sender && next.at - one.at < TOGETHER_MS;
  return near && dayOf(one.at) === dayOf(next.at);
}

/** @param {string} key @param {string} words @param {string} name */
function divider(key, words, name) {
  return {
    key,
    stamp: words,
    make: () => h("li", { class: `divider ${name}` }, h("span", {}, words)),
  };
}
