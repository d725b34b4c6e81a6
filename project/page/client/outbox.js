import { Backoff } from "./backoff.js";
import { newClientId } from "./ids.js";
import { withLock } from "./lock.js";
import { sleep } from "./patiently.js";
import { Problem } from "./problem.js";
import { onOtherTabs } from "./shelf.js";

/** @typedef {import("./types.js").Outgoing} Outgoing */

/**
 * Messages on their way out. They are stored before the first try, so that neither a closed tab nor
 * a lost connection loses one, and they keep their `client_id`, so that none is sent twice.
 *
 * Within a chat the next one leaves only when the one before it was answered: that keeps the order.
 * Tabs take turns by a lock. Each entry has a key of its own, since two tabs writing one list would
 * overwrite each other.
 *
 * What passes (a server that is busy, away or in the middle of a change) is never final: such a message
 * is tried again for ever, ever more rarely up to every 30 s, and at once when `flush` is called. Only a
 * refusal is kept as the entry's `problem`, for the person to see.
 *
 * Events: `change`, whose `detail` is the chat's id; `sent`, whose `detail` is the Message.
 */
export class Outbox extends EventTarget {
  #shelf;
  #prefix;
  #deliver;
  #pause;
  /** @type {Set<string>} */
  #busy = new Set();
  #lastAt = 0;
  #stopped = new AbortController();
  /** Ends the pauses between tries. @type {Set<() => void>} */
  #pausing = new Set();

  /**
   * @param {import("./types.js").Shelf} shelf
   * @param {string} user whose messages
   * @param {(entry: Outgoing) => Promise<import("./types.js").Message>} deliver throws a Problem
   *   when the server refused, anything else when the outcome is unknown
   * @param {(ms: number) => Promise<unknown>} [pause]
   */
  constructor(shelf, user, deliver, pause = sleep) {
    super();
    this.#shelf = shelf;
    this.#prefix = `confab.outbox.${user}.`;
    this.#deliver = deliver;
    this.#pause = pause;
    onOtherTabs(this.#prefix, () => this.#changed(), this.#stopped.signal);
  }

  /**
   * @param {string} chat
   * @param {string} text
   * @param {Partial<Outgoing>} [extras] what goes with the text; `client_id` if it has one already
   * @returns {Outgoing}
   */
  add(chat, text, extras = {}) {
    this.#lastAt = Math.max(Date.now(), this.#lastAt + 1);
    const entry = { client_id: newClientId(), ...extras, chat, text, at: this.#lastAt };
    this.#write(entry);
    this.#flushChat(chat);
    return entry;
  }

  /**
   * What is on its way, in the order of sending.
   *
   * @param {string} [chat]
   * @returns {Outgoing[]}
   */
  list(chat) {
    return this.#keys()
      .map((key) => parsed(this.#shelf.getItem(key)))
      .filter((entry) => entry !== null)
      .filter((entry) => chat === undefined || entry.chat === chat)
      .sort((a, b) => a.at - b.at);
  }

  /** Send what waits, now; to be called whenever the connection is back. */
  flush() {
    for (const wake of this.#pausing) wake();
    for (const chat of new Set(this.list().map((entry) => entry.chat))) this.#flushChat(chat);
  }

  /** Send nothing more, for good; what waits stays for the next time. */
  stop() {
    this.#stopped.abort();
    for (const wake of this.#pausing) wake();
  }

  /**
   * Once more, by the person's wish.
   *
   * @param {Outgoing} entry
   */
  retry({ problem, ...entry }) {
    this.#write(entry);
    this.#flushChat(entry.chat);
  }

  /** @param {string} client_id @returns {Outgoing | null} */
  get(client_id) {
    return parsed(this.#shelf.getItem(this.#prefix + client_id));
  }

  /**
   * What has become of an entry in the meantime: its file is there, or cannot be.
   *
   * @param {string} client_id
   * @param {Partial<Outgoing>} change
   */
  amend(client_id, change) {
    const entry = this.get(client_id);
    if (!entry) return;
    this.#write({ ...entry, ...change });
    this.#flushChat(entry.chat);
  }

  /**
   * Sent after all, or not wanted any more.
   *
   * @param {{client_id: string, chat: string}} entry
   */
  remove({ client_id, chat }) {
    const key = this.#prefix + client_id;
    if (this.#shelf.getItem(key) === null) return;
    this.#shelf.removeItem(key);
    this.#changed(chat);
  }

  /** @param {string} chat */
  async #flushChat(chat) {
    if (this.#busy.has(chat) || this.#stopped.signal.aborted) return;
    this.#busy.add(chat);
    let emptied = false;
    try {
      emptied = await withLock(`${this.#prefix}${chat}`, () => this.#sendAll(chat));
    } catch (error) {
      console.error(error); // the browser's own; the next flush tries again
    } finally {
      this.#busy.delete(chat);
    }
    if (emptied && this.#next(chat)) this.#flushChat(chat); // one was added at the last moment
  }

  /** @param {string} chat @returns {Promise<boolean>} false when the connection is gone */
  async #sendAll(chat) {
    for (let entry = this.#next(chat); entry; entry = this.#next(chat)) {
      if (!(await this.#send(entry))) return false;
    }
    return true;
  }

  /** @param {Outgoing} first @returns {Promise<boolean>} false when the outcome is unknown */
  async #send(first) {
    const backoff = new Backoff();
    /** @type {Outgoing | null} */
    let entry = first;
    while (entry && !this.#stopped.signal.aborted) {
      try {
        const message = await this.#deliver(entry);
        this.dispatchEvent(new CustomEvent("sent", { detail: message }));
        this.remove(entry);
        return true;
      } catch (error) {
        if (!(error instanceof Problem)) return false;
        if (!error.passing) return this.#giveUp(entry, error);
        await this.#rest(Math.max((error.retryAfter ?? 0) * 1000, backoff.next()));
        entry = this.get(entry.client_id); // it may have been taken back
      }
    }
    return entry === null;
  }

  /** @param {number} ms unless `flush` or `stop` ends it */
  async #rest(ms) {
    let wake = () => {};
    const woken = new Promise((resolve) => (wake = () => resolve(undefined)));
    this.#pausing.add(wake);
    await Promise.race([this.#pause(ms), woken]);
    this.#pausing.delete(wake);
  }

  /**
   * Keep it for the person to see; those after it go on.
   *
   * @param {Outgoing} entry
   * @param {Problem} problem
   */
  #giveUp(entry, problem) {
    if (this.#shelf.getItem(this.#prefix + entry.client_id) !== null) {
      this.#write({ ...entry, problem: problem.body });
    }
    return true;
  }

  /**
   * Text does not wait for a file that is still being uploaded; later files do.
   *
   * @param {string} chat
   */
  #next(chat) {
    const hopeful = this.list(chat).filter((entry) => !entry.problem);
    const slow = hopeful.findIndex((entry) => entry.upload && !entry.file);
    return hopeful.find((entry, index) => slow < 0 || index < slow || !entry.upload);
  }

  #keys() {
    return Array.from(
      { length: this.#shelf.length },
      (_, index) => this.#shelf.key(index) ?? "",
    ).filter((key) => key.startsWith(this.#prefix));
  }

  /** @param {Outgoing} entry */
  #write(entry) {
    this.#shelf.setItem(this.#prefix + entry.client_id, JSON.stringify(entry));
    this.#changed(entry.chat);
  }

  /** @param {string} [chat] */
  #changed(chat) {
    this.dispatchEvent(new CustomEvent("change", { detail: chat }));
  }
}

/** @param {string | null} text @returns {Outgoing | null} */
function parsed(text) {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return null;
  }
}
