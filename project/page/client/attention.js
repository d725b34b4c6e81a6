import { Backoff } from "./backoff.js";
import { Problem } from "./problem.js";

/**
 * Tells the server what has arrived here and what the person is reading. Both follow from the
 * store, so nothing must be remembered while offline: once online again, the same look finds what
 * is missing.
 */
export class Attention {
  #store;
  #command;
  #backoff = new Backoff();
  /** @type {string | null} */
  #reading = null;
  /**
   * What was told on this connection, by command and chat. @type {Map<string, number>}
   *
   */
  #told = new Map();

  /**
   * @param {import("./store.js").Store} store
   * @param {(type: string, data: object) => Promise<any>} command
   */
  constructor(store, command) {
    this.#store = store;
    this.#command = command;
  }

  /**
   * The chat that is open before the person's eyes, or null.
   *
   * @param {string | null} chat
   */
  set reading(chat) {
    this.#reading = chat;
    if (chat !== null) this.look(chat);
  }

  /** A new connection: what was told before may have been lost. */
  begin() {
    this.#told.clear();
    this.#backoff = new Backoff();
    for (const chat of this.#store.chats()) this.look(chat.id);
  }

  /**
   * Look whether this chat has something to tell.
   *
   * @param {string} id
   */
  look(id) {
    const chat = this.#store.chat(id);
    const last = chat?.last_message;
    if (!chat || !last) return;
    const { delivered, read } = chat.marks.me;
    if (id === this.#reading && read < last.number) this.#tell("chat.read", id, last.number);
    else if (delivered < last.number) this.#tell("chat.delivered", id, last.number);
  }

  /** A refusal that passes. @param {string} key @param {string} chat @param {number} [asked] seconds */
  #later(key, chat, asked = 0) {
    setTimeout(() => {
      this.#told.delete(key);
      this.look(chat);
    }, Math.max(asked * 1000, this.#backoff.next()));
  }

  /** @param {string} command @param {string} chat @param {number} number */
  #tell(command, chat, number) {
    const key = `${command} ${chat}`;
    if ((this.#told.get(key) ?? 0) >= number) return;
    this.#told.set(key, number);
    this.#command(command, { chat, number }).catch((error) => {
      if (!(error instanceof Problem)) this.#told.delete(key); // told on the next connection
      else if (error.passing) this.#later(key, chat, error.retryAfter);
      // Otherwise never again: it was refused.
    });
  }
}
