import { path } from "./api.js";

/** A file of 64 MiB may take its time. */
const FILE_MS = 600_000;

/**
 * The REST calls about contacts and invitations. They throw Problem or Unreachable.
 *
 * @typedef {import("./types.js").BookPart} BookPart
 * @typedef {import("./types.js").Contact} Contact
 * @typedef {import("./types.js").ContactFilter} ContactFilter
 * @typedef {import("./types.js").Import} Import
 * @typedef {import("./types.js").Invite} Invite
 * @typedef {import("./types.js").InviteResult} InviteResult
 */
export class ContactCalls {
  #api;

  /** @param {import("./api.js").Api} api */
  constructor(api) {
    this.#api = api;
  }

  // Imports

  /**
   * @param {BookPart & {entries: import("./types.js").BookEntry[]}} book the same `batch` of a
   *   device again is the same import
   * @returns {Promise<Import>}
   */
  importEntries(book) {
    return this.#api.call("POST", "/contacts/imports", book);
  }

  /**
   * @param {BookPart} book
   * @param {Blob} file CSV or vCard
   * @param {string} name of the file
   * @returns {Promise<Import>}
   */
  importFile(book, file, name) {
    const form = new FormData();
    for (const [field, value] of Object.entries(book)) form.append(field, String(value));
    form.append("file", file, name);
    return this.#api.call("POST", "/contacts/imports", form, { timeout: FILE_MS });
  }

  /** @param {string} id @returns {Promise<Import>} */
  getImport(id) {
    return this.#api.call("GET", path`/contacts/imports/${id}`);
  }

  /**
   * What became of each entry.
   *
   * @param {string} id
   * @param {{
   *   outcome?: import("./types.js").Outcome["outcome"], cursor?: string | null, limit?: number,
   * }} [query]
   * @returns {Promise<{results: import("./types.js").Outcome[], next: string | null}>}
   */
  outcomes(id, query = {}) {
    return this.#api.call("GET", path`/contacts/imports/${id}/entries` + asked(query));
  }

  /** @param {string} id @returns {Promise<string>} a CSV of what was invalid, to be corrected */
  problems(id) {
    return this.#api.call("GET", path`/contacts/imports/${id}/problems`, undefined, { text: true });
  }

  /** What was done stays. @param {string} id @returns {Promise<Import>} */
  cancel(id) {
    return this.#api.call("DELETE", path`/contacts/imports/${id}`);
  }

  /**
   * Put the book back as it was; refused with `version_conflict` unless it is the device's last
   * import.
   *
   * @param {string} id
   * @returns {Promise<Import>} a new one
   */
  undo(id) {
    return this.#api.call("POST", path`/contacts/imports/${id}/undo`);
  }

  // The book

  /**
   * By name.
   *
   * @param {ContactFilter & {cursor?: string | null, limit?: number}} [query] at most 200
   * @returns {Promise<{results: Contact[], next: string | null}>}
   */
  contacts(query = {}) {
    return this.#api.call("GET", "/contacts" + asked(query));
  }

  /** @param {string} id @returns {Promise<Contact>} */
  contact(id) {
    return this.#api.call("GET", path`/contacts/${id}`);
  }

  /**
   * @param {string} id
   * @param {{name?: string, phones?: string[], emails?: string[]}} changes
   * @returns {Promise<Contact>}
   */
  change(id, changes) {
    return this.#api.call("PATCH", path`/contacts/${id}`, changes);
  }

  /** @param {string} id */
  remove(id) {
    return this.#api.call("DELETE", path`/contacts/${id}`);
  }

  /** The whole book, of all devices. */
  forget() {
    return this.#api.call("DELETE", "/contacts");
  }

  // Invitations

  /**
   * @param {string[]} contacts at most 200
   * @param {Invite["channel"]} channel
   * @returns {Promise<InviteResult[]>} one for each
   */
  async invite(contacts, channel) {
    return (await this.#api.call("POST", "/contacts/invites", { contacts, channel })).results;
  }

  /**
   * Everyone in the book who is not here yet.
   *
   * @param {Invite["channel"]} channel
   * @param {string[]} [except] contacts who are not to be invited
   * @returns {Promise<InviteResult[]>} one for each
   */
  async inviteAll(channel, except = []) {
    const body = { all: true, except, channel };
    return (await this.#api.call("POST", "/contacts/invites", body)).results;
  }

  /**
   * My own link, for any number of people; the same one as long as it lives.
   *
   * @returns {Promise<Invite>}
   */
  async ownLink() {
    const { results } = await this.#api.call("POST", "/contacts/invites", { channel: "link" });
    return results[0].invite;
  }

  /**
   * The newest first.
   *
   * @param {{cursor?: string | null, limit?: number}} [query]
   * @returns {Promise<{results: Invite[], next: string | null}>}
   */
  invites(query = {}) {
    return this.#api.call("GET", "/contacts/invites" + asked(query));
  }

  /** Its link is good for nothing any more. @param {string} id */
  revoke(id) {
    return this.#api.call("DELETE", path`/contacts/invites/${id}`);
  }
}

/** @param {Record<string, string | number | null | undefined>} query @returns {string} */
function asked(query) {
  const given = Object.entries(query).filter(([, value]) => value != null && value !== "");
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text && `?${text}`;
}
