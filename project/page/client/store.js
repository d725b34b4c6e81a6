import { isListed, withCreated, withDeleted, withReplaced } from "./fold.js";
import { History } from "./history.js";
import { Items } from "./items.js";

/**
 * @typedef {import("./types.js").Chat} Chat
 * @typedef {import("./types.js").Message} Message
 * @typedef {import("./types.js").Presence} Presence
 */

/** Updates that are not about chats: others listen for them. */
const OF_CONTACTS = new Set(["contact.updated", "contact.removed", "import.updated"]);
/** A snapshot brings at most so many; `GET /chats` lists the others. */
const BOOTSTRAP_CHATS = 200;

/**
 * What this device knows: a snapshot, and every update since folded into it. `epoch` and `pts`
 * say how far; they move only when an update has been applied, so resuming there loses nothing.
 *
 * Events: `change`, whose `detail` is `{kind, chat?}`: an update's kind, or `snapshot`, `history`,
 * `presence`, `items`; `file`, whose `detail` is a File of mine that has moved on;
 * `contacts`, whose `detail` is `{kind, data?}`: an update about contacts, or `snapshot`.
 */
export class Store extends EventTarget {
  epoch = "";
  pts = 0;
  /** @type {import("./types.js").Me | null} */
  me = null;
  /** @type {Map<string, Chat>} */
  #chats = new Map();
  /** @type {Map<string, History>} */
  #histories = new Map();
  /** @type {Map<string, Presence>} */
  #presence = new Map();
  items = new Items();
  /** Whether the server has chats that are not held yet; `chatsFrom` is where the list goes on. */
  hasMoreChats = false;
  /** @type {string | null} */
  chatsFrom = null;
  /** When a chat that is not held was last told of. @type {Map<string, number>} */
  #missed = new Map();

  /**
   * Begin anew.
   *
   * @param {import("./types.js").Snapshot} snapshot
   */
  start({ epoch, pts, me, chats, feed, counts }) {
    this.epoch = epoch;
    this.pts = pts;
    this.me = me;
    this.#chats = new Map(chats.map((chat) => [chat.id, chat]));
    this.#histories = new Map();
    this.#missed = new Map();
    this.items.start(feed, counts);
    this.chatsFrom = null;
    this.hasMoreChats = chats.length >= BOOTSTRAP_CHATS;
    this.#ofContacts({ kind: "snapshot" });
    this.#tell("snapshot");
  }

  get myId() {
    return this.me?.id ?? "";
  }

  /** @param {string} id */
  chat(id) {
    return this.#chats.get(id);
  }

  /**
   * The chats of the list, pinned ones first, then the newest activity.
   *
   * @returns {Chat[]}
   */
  chats() {
    const when = (/** @type {Chat} */ chat) => chat.last_message?.created_at ?? chat.created_at;
    return [...this.#chats.values()].filter(isListed).sort((a, b) => {
      if (a.pinned !== b.pinned) return a.pinned ? -1 : 1;
      return when(b) < when(a) ? -1 : 1;
    });
  }

  /** @param {string} chat */
  history(chat) {
    const held = this.#histories.get(chat) ?? new History();
    this.#histories.set(chat, held);
    return held;
  }

  /** My private tags that have been seen here, the most used first. */
  tags() {
    /** @type {Map<string, number>} */
    const counts = new Map();
    for (const history of this.#histories.values()) {
      for (const { tags } of history.list()) {
        for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
      }
    }
    return [...counts].sort(([, a], [, b]) => b - a).map(([tag]) => tag);
  }

  /** @param {string} user */
  presence(user) {
    return this.#presence.get(user);
  }

  /**
   * The chat that must be fetched and held before this update can be applied, if one must.
   *
   * @param {import("./types.js").Update} update
   * @returns {string | null}
   */
  missingChat({ kind, data }) {
    return kind === "message.created" && !this.#chats.has(data.chat) ? data.chat : null;
  }

  /**
   * A chat that came as an answer.
   *
   * @param {Chat} chat
   */
  hold(chat) {
    this.#chats.set(chat.id, chat);
    this.#tell("chat.updated", chat.id);
  }

  /**
   * A page of the list, asked for when the store stood at `asked`. What is held already has been told
   * since, and stays.
   *
   * @param {Chat[]} chats
   * @param {string | null} next
   * @param {number} asked
   * @returns {string[]} ids of those that have changed meanwhile, to be asked for once more
   */
  holdChats(chats, next, asked) {
    const fresh = chats.filter(({ id }) => !this.#chats.has(id));
    const stale = fresh.filter(({ id }) => (this.#missed.get(id) ?? 0) > asked);
    for (const chat of fresh) if (!stale.includes(chat)) this.#chats.set(chat.id, chat);
    this.hasMoreChats = next !== null;
    this.chatsFrom = next;
    this.#tell("snapshot");
    return stale.map(({ id }) => id);
  }

  /**
   * A message that came as an answer; its update, which counts it, comes too.
   *
   * @param {Message} message
   * @param {number} [asked] where the store stood when the server was asked
   */
  holdMessage(message, asked = this.pts) {
    this.history(message.chat).offer(message, asked);
    this.#tell("history", message.chat);
  }

  /**
   * A page of older messages, asked for when the store stood at `pts`.
   *
   * @param {string} chat
   * @param {import("./types.js").Page} page
   * @param {number} pts
   */
  holdPage(chat, page, pts) {
    this.history(chat).takeIn(page, pts);
    this.#tell("history", chat);
  }

  /**
   * A page of the feed, asked for when the store stood at `asked`.
   *
   * @param {import("./types.js").NotificationPage} page
   * @param {number} asked
   */
  holdItems(page, asked) {
    this.items.hold(page, asked);
    this.#tell("items");
  }

  /** @param {import("./types.js").Me} me unless somebody else is logged in by now */
  holdMe(me) {
    if (this.me && this.me.id !== me.id) return;
    this.me = me;
    this.#tell("me.updated");
  }

  /** @param {Presence[]} states */
  holdPresence(states) {
    for (const state of states) this.#presence.set(state.user, state);
    this.#tell("presence");
  }

  /** Nobody is known to be online: nothing has been heard for a while. */
  forgetPresence() {
    this.#presence.clear();
    this.#tell("presence");
  }

  /** @param {import("./types.js").Update} update the next one, or one that was applied before */
  apply({ pts, kind, data }) {
    if (kind === "message.created") this.#created(data, pts);
    else if (kind === "message.updated") this.#updated(data, pts);
    else if (kind === "message.deleted") this.#deleted(data, pts);
    else if (kind === "chat.updated") this.#replaceChat(data);
    else if (kind === "me.updated") this.me = data;
    else if (kind === "file.updated") this.#fileUpdated(data);
    else if (OF_CONTACTS.has(kind)) this.#ofContacts({ kind, data });
    else this.items.apply({ pts, kind, data });
    // Kinds that are not known here (later servers have more) only move the cursor.
    this.pts = Math.max(this.pts, pts);
    this.#tell(kind, kind === "chat.updated" ? data.id : data?.chat);
  }

  /** @param {Message} message @param {number} pts */
  #created(message, pts) {
    this.history(message.chat).put(message, pts);
    this.#changeChat(message.chat, (chat) => withCreated(chat, message, this.myId), pts);
  }

  /** @param {Message} message @param {number} pts */
  #updated(message, pts) {
    this.history(message.chat).put(message, pts);
    this.history(message.chat).requote(message.number, message.text);
    this.#changeChat(message.chat, (chat) => withReplaced(chat, message), pts);
  }

  /**
   * @param {{chat: string, number: number, for: "me" | "everyone"}} deletion
   * @param {number} pts
   */
  #deleted({ chat: id, number, for: whom }, pts) {
    this.history(id).delete(number, whom, pts);
    this.#changeChat(id, (chat) => withDeleted(chat, number, whom), pts);
  }

  /** @param {import("./types.js").File} file */
  #fileUpdated(file) {
    this.dispatchEvent(new CustomEvent("file", { detail: file }));
  }

  /** @param {{kind: string, data?: any}} update */
  #ofContacts(update) {
    this.dispatchEvent(new CustomEvent("contacts", { detail: update }));
  }

  /** @param {Chat} chat */
  #replaceChat(chat) {
    this.#chats.set(chat.id, chat);
    this.history(chat.id).clearTo(chat.cleared_number);
  }

  /** @param {string} id @param {(chat: Chat) => Chat} change @param {number} pts */
  #changeChat(id, change, pts) {
    const chat = this.#chats.get(id);
    if (chat) this.#chats.set(id, change(chat));
    else this.#missed.set(id, pts);
  }

  /** @param {string} kind @param {string} [chat] */
  #tell(kind, chat) {
    this.dispatchEvent(new CustomEvent("change", { detail: { kind, chat } }));
  }
}
