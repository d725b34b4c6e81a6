const TYPING_MS = 6000;

/** @typedef {import("../../client/confab.js").Confab} Confab */

/** What is known of others beside the store: who is typing, and whom I have blocked. */
export class People {
  #confab;
  #read = false;
  #redraw;
  /**
   * By chat. @type {Map<string, ReturnType<typeof setTimeout>>}
   *
   */
  #typing = new Map();
  /**
   * By id. @type {Map<string, import("../../client/types.js").User>}
   *
   */
  #blocked = new Map();

  /** @param {Confab} confab @param {() => void} redraw @param {AbortSignal} signal */
  constructor(confab, redraw, signal) {
    this.#confab = confab;
    this.#redraw = redraw;
    const heard = (/** @type {Event} */ event) =>
      this.#heard(/** @type {CustomEvent} */ (event).detail);
    const changed = (/** @type {Event} */ event) =>
      this.#changed(/** @type {CustomEvent} */ (event).detail);
    confab.addEventListener("typing", heard, { signal });
    confab.addEventListener("change", changed, { signal });
    confab.addEventListener("state", () => this.#back(), { signal });
    this.readBlocked().catch(() => {});
  }

  /** @param {string} chat */
  isTyping(chat) {
    return this.#typing.has(chat);
  }

  /** @param {string} user */
  isBlocked(user) {
    return this.#blocked.has(user);
  }

  /**
   * Whether nothing can be sent to this person, or be put on what was said.
   *
   * @param {import("../../client/types.js").User | undefined} user
   */
  isBarred(user) {
    return !user || user.deleted === true || this.isBlocked(user.id);
  }

  get blocked() {
    return [...this.#blocked.values()];
  }

  async readBlocked() {
    const users = await this.#confab.calls.blocked();
    this.#blocked = new Map(users.map((user) => [user.id, user]));
    this.#read = true;
    this.#redraw();
  }

  /** @param {import("../../client/types.js").User} user */
  async block(user) {
    await this.#confab.calls.block(user.id);
    this.#blocked.set(user.id, user);
    this.#redraw();
  }

  /** @param {import("../../client/types.js").User} user */
  async unblock(user) {
    await this.#confab.calls.unblock(user.id);
    this.#blocked.delete(user.id);
    this.#redraw();
  }

  /** The connection has changed: perhaps what failed goes now. */
  #back() {
    if (this.#confab.state === "online" && !this.#read) this.readBlocked().catch(() => {});
  }

  /** @param {import("../../client/types.js").TypingSignal} signal */
  #heard({ chat, user, on }) {
    if (user === this.#confab.store.myId) return;
    this.#stop(chat);
    if (on)
      this.#typing.set(
        chat,
        setTimeout(() => this.#stop(chat), TYPING_MS),
      );
    this.#redraw();
  }

  /**
   * Whoever has sent has stopped typing.
   *
   * @param {{kind: string, chat?: string}} change
   */
  #changed({ kind, chat }) {
    if (kind === "message.created" && chat) this.#stop(chat);
    if (kind === "snapshot") this.readBlocked().catch(() => {});
  }

  /** @param {string} chat */
  #stop(chat) {
    clearTimeout(this.#typing.get(chat));
    if (this.#typing.delete(chat)) this.#redraw();
  }
}
