import { ContactCalls } from "./contact-calls.js";
import { newClientId } from "./ids.js";
import { Unreachable } from "./problem.js";

const PAGE = 200;
/** An import that has told nothing for so long is asked how it is. */
const SILENCE_MS = 4000;
/** So many imports are remembered over a reload. */
const REMEMBERED = 5;
const ENDED = ["done", "failed", "cancelled"];

/**
 * The address book as far as it has been read, and the imports that were begun here.
 *
 * Events: `change`.
 *
 * @typedef {import("./types.js").Contact} Contact
 * @typedef {import("./types.js").ContactFilter} ContactFilter
 * @typedef {import("./types.js").Import} Import
 */
export class Contacts extends EventTarget {
  #shelf;
  #key;
  /** @type {Map<string, Contact>} */
  #held = new Map();
  /** Where reading goes on, by filter; null at its end. @type {Map<string, string | null>} */
  #next = new Map();
  /** The page that is on its way, by filter. @type {Map<string, Promise<void>>} */
  #pages = new Map();
  /** What updates told while a page was on its way: they are younger. @type {Set<Set<string>>} */
  #reading = new Set();
  /** @type {Map<string, Import>} */
  #imports = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #stopped = false;

  /**
   * @param {import("./api.js").Api} api
   * @param {import("./types.js").Shelf} shelf
   * @param {string} user whose book
   */
  constructor(api, shelf, user) {
    super();
    this.calls = new ContactCalls(api);
    this.#shelf = shelf;
    this.#key = `confab.imports.${user}`;
  }

  stop() {
    this.#stopped = true;
    clearTimeout(this.#timer);
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
    const asked = this.#pages.get(name);
    if (asked) return asked;
    const page = this.#read(name, filter).finally(() => this.#pages.delete(name));
    this.#pages.set(name, page);
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

  // Imports

  /** Those begun in this browser, the last one first. */
  get imports() {
    return [...this.#imports.values()].sort((a, b) => (a.created_at < b.created_at ? 1 : -1));
  }

  /** Imports that were begun before the page was loaded anew. */
  async remember() {
    for (const id of this.#remembered()) {
      if (this.#imports.has(id)) continue;
      try {
        this.#hold(await this.calls.getImport(id));
      } catch (error) {
        if (error instanceof Unreachable) throw error;
        this.#drop(id); // erased
      }
    }
  }

  /**
   * Import a CSV or vCard. Without an answer it is tried once more, with no second effect.
   *
   * @param {File} file
   * @param {{device: string, mode?: "full" | "delta", base_version?: number, region?: string}} book
   *   `device` names the book: what it had before and the file has not is taken out by a full import
   * @returns {Promise<Import>}
   */
  async importFile(file, { mode = "full", ...rest }) {
    const book = { ...rest, mode, batch: newClientId() };
    const send = () => this.calls.importFile(book, file, file.name);
    const job = await send().catch((error) => {
      if (error instanceof Unreachable) return send();
      throw error;
    });
    return this.#hold(job);
  }

  /**
   * Import entries of a program's own making.
   *
   * @param {Parameters<ContactCalls["importEntries"]>[0]} book
   * @returns {Promise<Import>}
   */
  async importEntries(book) {
    return this.#hold(await this.calls.importEntries(book));
  }

  /** @param {string} id */
  async cancel(id) {
    this.#hold(await this.calls.cancel(id));
  }

  /** Put the book back as it was before this import. @param {string} id */
  async undo(id) {
    this.#hold(await this.calls.undo(id));
  }

  /** The connection is back: signals were missed. */
  resume() {
    for (const { id, state } of this.#imports.values()) if (!ENDED.includes(state)) this.#ask(id);
  }

  // What the server tells

  /** @param {{kind: string, data?: any}} update of contacts, a signal of an import, or `snapshot` */
  hear({ kind, data }) {
    if (kind === "contact.updated") this.#take(data);
    else if (kind === "contact.removed") this.#remove(data.id);
    else if (kind === "snapshot") this.#beginAnew();
    else if (this.#imports.has(data.id)) this.#hold(data);
    // Another device's import, or the end of one's own: more has changed than is told.
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
    this.#tell();
  }

  /** @param {Import} job @returns {Import} what is held now: nothing goes back */
  #hold(job) {
    const held = this.#imports.get(job.id);
    if (held && isPast(held, job)) return held;
    this.#imports.set(job.id, job);
    if (!held) this.#remember();
    this.#listen();
    this.#tell();
    return job;
  }

  /** Ask after what is silent. */
  #listen() {
    clearTimeout(this.#timer);
    const open = [...this.#imports.values()].some(({ state }) => !ENDED.includes(state));
    if (!open || this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.resume();
      this.#listen();
    }, SILENCE_MS);
  }

  /** @param {string} id */
  #ask(id) {
    this.calls.getImport(id).then(
      (job) => !this.#stopped && this.#hold(job),
      () => {}, // later
    );
  }

  #remember() {
    const ids = this.imports.map(({ id }) => id);
    const kept = [...new Set([...ids, ...this.#remembered()])].slice(0, REMEMBERED);
    this.#shelf.setItem(this.#key, kept.join(" "));
  }

  /** @param {string} id */
  #drop(id) {
    const kept = this.#remembered().filter((one) => one !== id);
    this.#shelf.setItem(this.#key, kept.join(" "));
  }

  #remembered() {
    return (this.#shelf.getItem(this.#key) ?? "").split(" ").filter(Boolean);
  }

  #tell() {
    if (!this.#stopped) this.dispatchEvent(new Event("change"));
  }
}

/** @param {Import} held @param {Import} job */
function isPast(held, job) {
  if (ENDED.includes(held.state)) return !ENDED.includes(job.state);
  return !ENDED.includes(job.state) && job.processed < held.processed;
}

/** @param {ContactFilter} filter */
function named({ state, q }) {
  return `${state ?? ""} ${q?.trim() ?? ""}`;
}

/** @param {Contact} contact @param {string} wanted in small letters */
function speaksOf({ name, phones, emails }, wanted) {
  const digits = wanted.replace(/[^\d+]/g, "");
  return (
    name.toLocaleLowerCase().includes(wanted) ||
    emails.some((email) => email.toLocaleLowerCase() === wanted) ||
    (digits !== "" && phones.some(({ value, e164 }) => e164 === digits || value === wanted))
  );
}
