import { newClientId } from "./ids.js";
import { Unreachable } from "./problem.js";

/** An import that has told nothing for so long is asked how it is. */
const SILENCE_MS = 4000;
/** So many imports are remembered over a reload. */
const REMEMBERED = 5;
const ENDED = ["done", "failed", "cancelled"];

/**
 * The imports of address books that were begun in this browser.
 *
 * @typedef {import("./contact-calls.js").ContactCalls} ContactCalls
 * @typedef {import("./types.js").Import} Import
 */
export class Imports {
  #calls;
  #shelf;
  #key;
  #tell;
  /** @type {Map<string, Import>} */
  #held = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #stopped = false;

  /**
   * @param {ContactCalls} calls
   * @param {import("./types.js").Shelf} shelf
   * @param {string} user whose books
   * @param {() => void} tell something has changed
   */
  constructor(calls, shelf, user, tell) {
    this.#calls = calls;
    this.#shelf = shelf;
    this.#key = `confab.imports.${user}`;
    this.#tell = tell;
  }

  stop() {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** The last one first. */
  list() {
    return [...this.#held.values()].sort((a, b) => (a.created_at < b.created_at ? 1 : -1));
  }

  /** Imports that were begun before the page was loaded anew. */
  async remember() {
    for (const id of this.#remembered()) {
      if (this.#held.has(id)) continue;
      try {
        this.#hold(await this.#calls.getImport(id));
      } catch (error) {
        if (/** @type {any} */ (error).code !== "not_found") throw error;
        this.#drop(id);
      }
    }
  }

  /**
   * Import a CSV or vCard. Without an answer it is tried once more, with no second effect.
   *
   * @param {File} file
   * @param {Partial<import("./types.js").BookPart> & {device: string}} book `device` names it: what
   *   it had before and the file has not is taken out by a full import, which is what this is unless
   *   it says otherwise
   * @returns {Promise<Import>}
   */
  async addFile(file, { mode = "full", ...rest }) {
    const book = { ...rest, mode, batch: newClientId() };
    const send = () => this.#calls.importFile(book, file, file.name);
    try {
      return this.#hold(await send());
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      return this.#hold(await send());
    }
  }

  /**
   * Import entries of a program's own making.
   *
   * @param {Parameters<ContactCalls["importEntries"]>[0]} book
   * @returns {Promise<Import>}
   */
  async addEntries(book) {
    return this.#hold(await this.#calls.importEntries(book));
  }

  /** @param {string} id */
  async cancel(id) {
    this.#hold(await this.#calls.cancel(id));
  }

  /** Put the book back as it was before this import. @param {string} id */
  async undo(id) {
    this.#hold(await this.#calls.undo(id));
  }

  /** The connection is back: signals were missed. */
  resume() {
    for (const { id, state } of this.#held.values()) if (!ENDED.includes(state)) this.#ask(id);
  }

  /** @param {Import} job as the server tells it, of whatever device */
  hear(job) {
    if (this.#held.has(job.id)) this.#hold(job);
  }

  /** @param {Import} job @returns {Import} what is held now: nothing goes back */
  #hold(job) {
    const held = this.#held.get(job.id);
    if (held && isPast(held, job)) return held;
    this.#held.set(job.id, job);
    if (!held) this.#remember();
    this.#listen();
    this.#tell();
    return job;
  }

  /** Ask after what is silent. */
  #listen() {
    clearTimeout(this.#timer);
    const open = [...this.#held.values()].some(({ state }) => !ENDED.includes(state));
    if (!open || this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.resume();
      this.#listen();
    }, SILENCE_MS);
  }

  /** @param {string} id */
  #ask(id) {
    this.#calls.getImport(id).then(
      (job) => !this.#stopped && this.#hold(job),
      () => {}, // later
    );
  }

  #remember() {
    const ids = this.list().map(({ id }) => id);
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
}

/** @param {Import} held @param {Import} job */
function isPast(held, job) {
  if (ENDED.includes(held.state)) return !ENDED.includes(job.state);
  return !ENDED.includes(job.state) && job.processed < held.processed;
}
