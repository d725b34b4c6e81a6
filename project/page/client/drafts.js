/** What somebody has begun to write in each chat. It outlives the page, and waits for its owner. */
export class Drafts {
  #shelf;
  #prefix;

  /** @param {import("./types.js").Shelf} shelf @param {string} user whose drafts */
  constructor(shelf, user) {
    this.#shelf = shelf;
    this.#prefix = `confab.draft.${user}.`;
  }

  /** @param {string} chat */
  get(chat) {
    return this.#shelf.getItem(this.#prefix + chat) ?? "";
  }

  /** @param {string} chat @param {string} text "" when there is none any more */
  set(chat, text) {
    if (text) this.#shelf.setItem(this.#prefix + chat, text);
    else this.#shelf.removeItem(this.#prefix + chat);
  }
}
