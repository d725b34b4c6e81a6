/**
 * @typedef {import("./types.js").Notification} Notification
 * @typedef {import("./types.js").Counts} Counts
 */

/** A snapshot brings at most so many; `GET /feed` lists the others. */
const BOOTSTRAP_ITEMS = 50;
/** @type {Counts} */
const NOTHING = { chats_unread: 0, feed: { unseen: 0, unread: 0 } };

/** The feed as far as it is known: a snapshot, and every update since folded into it. */
export class Items {
  /** @type {Map<string, Notification>} */
  #held = new Map();
  /** Where the store stood when an item was taken away. @type {Map<string, number>} */
  #removed = new Map();
  counts = NOTHING;
  /** Whether the server has items that are not held yet; `from` is where the list goes on. */
  hasMore = false;
  /** @type {string | null} */
  from = null;

  /**
   * Begin anew.
   *
   * @param {Notification[]} items
   * @param {Counts} counts
   */
  start(items = [], counts = NOTHING) {
    this.#held = new Map(items.map((item) => [item.id, item]));
    this.#removed = new Map();
    this.counts = counts;
    this.from = null;
    this.hasMore = items.length >= BOOTSTRAP_ITEMS;
  }

  /** Newest first. @returns {Notification[]} */
  list() {
    return [...this.#held.values()].sort((a, b) => (a.updated_at < b.updated_at ? 1 : -1));
  }

  /** @param {string} id */
  get(id) {
    return this.#held.get(id);
  }

  /**
   * What an update makes of it; of other kinds nothing.
   *
   * @param {import("./types.js").Update} update
   */
  apply({ pts, kind, data }) {
    if (kind === "counts.updated") this.counts = data;
    else if (kind === "notification.removed") this.#remove(data.id, pts);
    else if (kind === "notification.created" || kind === "notification.updated") {
      this.#held.set(data.id, data);
      this.#removed.delete(data.id);
    }
  }

  /**
   * A page of the list, asked for when the store stood at `asked`. What is held already has been told
   * since, and stays; what was taken away since stays away.
   *
   * @param {import("./types.js").NotificationPage} page
   * @param {number} asked
   */
  hold({ results, next }, asked) {
    for (const item of results) {
      const gone = (this.#removed.get(item.id) ?? -1) > asked;
      if (!gone && !this.#held.has(item.id)) this.#held.set(item.id, item);
    }
    this.hasMore = next !== null;
    this.from = next;
  }

  /** @param {string} id @param {number} pts */
  #remove(id, pts) {
    this.#held.delete(id);
    this.#removed.set(id, pts);
  }
}
