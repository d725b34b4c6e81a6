/**
 * What one update makes of a chat. Pure: the old objects stay as they are.
 *
 * @typedef {import("./types.js").Chat} Chat
 * @typedef {import("./types.js").Message} Message
 */

const ERASED = {
  text: "",
  file: null,
  reply_to: null,
  forward: null,
  reference: null,
  action: null,
  reactions: [],
  tags: [],
  hashtags: [],
  preview: null,
  edited_at: null,
  deleted: true,
};

/**
 * What stays of a message that was deleted for everyone.
 *
 * @param {Message} message
 * @returns {Message}
 */
export function tombstone(message) {
  return { ...message, ...ERASED };
}

/**
 * `message.created`. A number that was counted before (the snapshot may be younger than the update)
 * counts no second time.
 *
 * @param {Chat} chat
 * @param {Message} message
 * @param {string} me
 * @returns {Chat}
 */
export function withCreated(chat, message, me) {
  if (message.number <= chat.last_number) return withReplaced(chat, message);
  const mine = message.sender === me;
  const unread = mine ? 0 : chat.unread_count + (message.deleted ? 0 : 1);
  return {
    ...chat,
    last_number: message.number,
    last_message: message,
    unread_count: unread,
    marks: withSenderAt(chat.marks, mine ? "me" : "peer", message.number),
  };
}

/**
 * Whoever sends has received and read everything up to their own message.
 *
 * @param {import("./types.js").Marks} marks
 * @param {"me" | "peer"} side
 * @param {number} number
 */
function withSenderAt(marks, side, number) {
  const { delivered, read } = marks[side];
  const moved = {
    delivered: Math.max(delivered, number),
    read: read === null ? null : Math.max(read, number),
  };
  return /** @type {import("./types.js").Marks} */ ({ ...marks, [side]: moved });
}

/**
 * `message.updated`.
 *
 * @param {Chat} chat
 * @param {Message} message
 * @returns {Chat}
 */
export function withReplaced(chat, message) {
  return chat.last_message?.number === message.number ? { ...chat, last_message: message } : chat;
}

/**
 * `message.deleted`. If it changes what is unread or last, a `chat.updated` follows it.
 *
 * @param {Chat} chat
 * @param {number} number
 * @param {"me" | "everyone"} whom
 * @returns {Chat}
 */
export function withDeleted(chat, number, whom) {
  const counted = number > chat.last_number ? { ...chat, last_number: number } : chat;
  const last = chat.last_message;
  if (last?.number !== number) return counted;
  return { ...counted, last_message: whom === "everyone" ? tombstone(last) : null };
}

/**
 * Whether the chat stands in the list: one that was cleared returns with its next message.
 *
 * @param {Chat} chat
 */
export function isListed(chat) {
  return chat.last_number === 0 || chat.cleared_number < chat.last_number;
}

/**
 * How far a message of mine has come.
 *
 * @param {Chat} chat
 * @param {number} number
 * @returns {"sent" | "delivered" | "read"}
 */
export function progressOf(chat, number) {
  const { delivered, read } = chat.marks.peer;
  if (read !== null && number <= read) return "read";
  return number <= delivered ? "delivered" : "sent";
}

/**
 * Whether the chat is to make no noise now; the server leaves a time that has passed as it is.
 *
 * @param {Chat} chat
 */
export function isMuted(chat) {
  return chat.muted_until !== null && Date.parse(chat.muted_until) > Date.now();
}
