import { tombstone } from "./fold.js";

/** @typedef {import("./types.js").Message} Message */

/**
 * The messages of one chat that are held: without a hole from `from` up to the newest.
 *
 * A page read from the server may be older than an update that came while it was under way. So each
 * entry remembers the position it was told at, and a page never overwrites what is newer than it.
 */
export class History {
  /** @type {Map<number, {message: Message | null, pts: number}>} null: it is gone for me */
  #entries = new Map();
  /** Messages below this number are not shown yet. */
  from = Infinity;
  hasMoreBefore = true;

  /** Whether a first page has been read. */
  get begun() {
    return this.from !== Infinity;
  }

  /** @returns {Message[]} ascending */
  list() {
    return [...this.#entries]
      .filter(([number, { message }]) => message !== null && number >= this.from)
      .sort(([a], [b]) => a - b)
      .map(([, { message }]) => /** @type {Message} */ (message));
  }

  /** @param {number} number */
  get(number) {
    return this.#entries.get(number)?.message ?? null;
  }

  /**
   * @param {Message} message
   * @param {number} pts
   */
  put(message, pts) {
    this.#entries.set(message.number, { message, pts });
  }

  /**
   * What was asked for at `pts`: anything told since then is newer.
   *
   * @param {Message} message
   * @param {number} pts
   */
  offer(message, pts) {
    const held = this.#entries.get(message.number);
    if (held === undefined || held.pts <= pts) this.put(message, pts);
  }

  /**
   * @param {number} number
   * @param {"me" | "everyone"} whom
   * @param {number} pts
   */
  delete(number, whom, pts) {
    this.requote(number, "");
    const held = this.get(number);
    if (whom === "me") this.#entries.set(number, { message: null, pts });
    else if (held) this.#entries.set(number, { message: tombstone(held), pts });
  }

  /** @param {number} number everything up to this one was cleared */
  clearTo(number) {
    for (const held of [...this.#entries.keys()].filter((each) => each <= number)) {
      this.#entries.delete(held);
      this.requote(held, "");
    }
  }

  /**
   * Take in the newest page, or the one right below `from`.
   *
   * @param {import("./types.js").Page} page
   * @param {number} pts the position at which the page was asked for
   */
  takeIn(page, pts) {
    for (const message of page.results) this.offer(message, pts);
    this.from = Math.min(this.from, page.results[0]?.number ?? 1);
    this.hasMoreBefore = page.has_more_before;
    if (!this.hasMoreBefore) this.from = 1;
  }

  /**
   * An edit or deletion is told once, by the original: what quotes it follows from that.
   *
   * @param {number} number the original
   * @param {string} text what it says now, "" when that is gone
   */
  requote(number, text) {
    for (const { message, pts } of this.#entries.values()) {
      if (message?.reply_to?.number !== number) continue;
      this.put({ ...message, reply_to: { ...message.reply_to, text } }, pts);
    }
  }
}
