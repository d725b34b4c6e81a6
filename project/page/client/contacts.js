import { ContactCalls } from "./contact-calls.js";
import { Imports } from "./imports.js";

const PAGE = 200;
const SHORTEST_NUMBER = 5;

/**
 * The address book as far as it has been read; `imports` are those that were begun here.
 *
 * Events: `change`, also of an import.
 *
 * @typedef {import("./types.js").Contact} Contact
 * @typedef {import("./types.js").ContactFilter} ContactFilter
 */
export class Contacts extends EventTarget {
  /** @type {Map<string, Contact>} */
  #held = new Map();
  /** Where reading goes on, by filter; null at its end. @type {Map<string, string | null>} */
  #next = new Map();
  /** The page that is on its way, by filter. @type {Map<string, Promise<void>>} */
  #pages = new Map();
  /** What updates told while a page was on its way: they are younger. @type {Set<Set<string>>} */
  #reading = new Set();
  #stopped = false;

  /**
   * @param {import("./api.js").Api} api
   * @param {import("./types.js").Shelf} shelf
   * @param {string} user whose book
   */
  constructor(api, shelf, user) {
    super();
    this.calls = new ContactCalls(api);
    this.imports = new Imports(this.calls, shelf, user, () => this.#tell());
  }

  stop() {
    this.#stopped = true;
    this.imports.stop();
  }

  // The book

  /**
   * What is held of it, by name.
   *
   * @param {ContactFilter} [filter]
   * @returns {Contact[]}
   */
  list({ state, q = "" } = {}) {
    const wanted = q.trim().toLocaleLowerCase();
    return [...this.#held.values()]
      .filter((contact) => (!state || contact.state === state) && speaksOf(contact, wanted))
      .sort((a, b) => a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1));
  }

  /** Whether any of these have been asked for. @param {ContactFilter} [filter] */
  begun(filter = {}) {
    return this.#next.has(named(filter));
  }

  /** Whether the server may have more of these. @param {ContactFilter} [filter] */
  hasMore(filter = {}) {
    return this.#next.get(named(filter)) !== null;
  }

  /**
   * Read one more page of these, the first one at first.
   *
   * @param {ContactFilter} [filter] `q` is a part of the name, or a whole number or address
   * @returns {Promise<void>}
   */
  read(filter = {}) {
    const name = named(filter);
    const pages = this.#pages;
    const asked = pages.get(name);
    if (asked) return asked;
    const page = this.#read(name, filter).finally(() => pages.delete(name));
    pages.set(name, page);
    return page;
  }

  /** @param {string} name @param {ContactFilter} filter */
  async #read(name, filter) {
    const next = this.#next;
    const cursor = next.get(name);
    if (cursor === null) return;
    const told = new Set();
    this.#reading.add(told);
    try {
      const page = await this.calls.contacts({ ...filter, cursor, limit: PAGE });
      if (this.#next !== next) return; // begun anew meanwhile
      for (const contact of page.results) {
        if (!told.has(contact.id)) this.#held.set(contact.id, contact);
      }
      next.set(name, page.next);
    } finally {
      this.#reading.delete(told);
    }
    this.#tell();
  }

  /** One of them, or null if it is in the book no more. @param {string} id */
  async find(id) {
    const held = this.#held.get(id);
    if (held) return held;
    return this.calls.contact(id).catch((error) => {
      if (error.code === "not_found") return null;
      throw error;
    });
  }

  /**
   * By hand; it stays so until the device's own entry changes.
   *
   * @param {string} id
   * @param {{name?: string, phones?: string[], emails?: string[]}} changes
   */
  async change(id, changes) {
    this.#take(await this.calls.change(id, changes));
    this.#tell();
  }

  /** A full import of a device that still has it brings it back. @param {string} id */
  async remove(id) {
    await this.calls.remove(id);
    this.#remove(id);
    this.#tell();
  }

  /** Forget the whole book, of all devices. */
  async forget() {
    await this.calls.forget();
    this.#beginAnew();
  }

  // What the server tells

  /** @param {{kind: string, data?: any}} told an update, a signal of an import, or `snapshot` */
  hear({ kind, data }) {
    if (kind === "contact.updated") this.#take(data);
    else if (kind === "contact.removed") this.#remove(data.id);
    else if (kind === "snapshot") this.#beginAnew();
    else this.imports.hear(data);
    // More has changed than was told contact by contact.
    if (kind === "import.updated" && data.reload) this.#beginAnew();
    this.#tell();
  }

  /** @param {Contact} contact */
  #take(contact) {
    for (const told of this.#reading) told.add(contact.id);
    this.#held.set(contact.id, contact);
  }

  /** @param {string} id */
  #remove(id) {
    for (const told of this.#reading) told.add(id);
    this.#held.delete(id);
  }

  #beginAnew() {
    this.#held = new Map();
    this.#next = new Map();
    this.#pages = new Map();
    this.#tell();
  }

  #tell() {
    if (!this.#stopped) this.dispatchEvent(new Event("change"));
  }
}

/** @param {ContactFilter} filter */
function named({ state, q }) {
  return `${state ?? ""} ${q?.trim() ?? ""}`;
}

/** @param {Contact} contact @param {string} wanted in small letters */
function speaksOf({ name, phones, emails }, wanted) {
  const digits = digitsOf(wanted).replace(/^0+/, "");
  return (
    name.toLocaleLowerCase().includes(wanted) ||
    emails.some((email) => email.toLocaleLowerCase() === wanted) ||
    (digits.length >= SHORTEST_NUMBER &&
      phones.some(({ value, e164 }) => digitsOf(e164 ?? value).endsWith(digits)))
  );
}

/** @param {string} text */
function digitsOf(text) {
  return text.replace(/\D/g, "");
}
