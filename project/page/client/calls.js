import { path } from "./api.js";

const REFRESH_MS = 5000;

/**
 * The REST calls this client makes, one method each. They throw Problem or Unreachable.
 *
 * @typedef {import("./types.js").Challenge} Challenge
 * @typedef {import("./types.js").Chat} Chat
 * @typedef {import("./types.js").Me} Me
 * @typedef {import("./types.js").Message} Message
 * @typedef {import("./types.js").Page} Page
 * @typedef {import("./types.js").TokenAnswer} TokenAnswer
 * @typedef {import("./types.js").User} User
 */
export class Calls {
  #api;

  /** @param {import("./api.js").Api} api */
  constructor(api) {
    this.#api = api;
  }

  // Without a session

  /**
   * @param {{email: string, password: string, name: string, invite?: string}} person `invite` is the
   *   token of the invitation that brought them
   * @returns {Promise<Challenge>}
   */
  register(person) {
    return this.#api.open("POST", "/auth/email/register", person);
  }

  /**
   * @param {{challenge: string, code: string}} answer
   * @returns {Promise<TokenAnswer>}
   */
  verify(answer) {
    return this.#api.open("POST", "/auth/email/verify", answer);
  }

  /**
   * @param {{email: string, password: string}} person
   * @returns {Promise<TokenAnswer>}
   */
  login(person) {
    return this.#api.open("POST", "/auth/email/login", person);
  }

  /**
   * Which ways in there are beside e-mail.
   *
   * @returns {Promise<import("./types.js").Providers>}
   */
  providers() {
    return this.#api.open("GET", "/auth/providers");
  }

  /**
   * Logging in by phone and signing up by phone begin alike.
   *
   * @param {{phone: string, region?: string}} number `region`, as `AT`, for one without its country
   * @returns {Promise<Challenge>}
   */
  startByPhone(number) {
    return this.#api.open("POST", "/auth/phone/start", number);
  }

  /**
   * @param {{challenge: string, code: string, name?: string, invite?: string}} answer
   * @returns {Promise<TokenAnswer>}
   */
  verifyPhone(answer) {
    return this.#api.open("POST", "/auth/phone/verify", answer);
  }

  /**
   * Refused with `link_required` and a `ticket` when the address has an account already: log in
   * there and give the ticket to `Account.link`.
   *
   * @param {"google" | "facebook"} provider
   * @param {import("./types.js").Proof & {invite?: string}} proof
   * @returns {Promise<TokenAnswer>}
   */
  enterBy(provider, proof) {
    return this.#api.open("POST", `/auth/${provider}`, proof);
  }

  /** @param {{email: string} | {phone: string}} whose @returns {Promise<Challenge>} */
  forgot(whose) {
    return this.#api.open("POST", "/auth/password/forgot", whose);
  }

  /**
   * @param {{challenge: string, code: string, password: string}} answer
   * @returns {Promise<TokenAnswer>}
   */
  reset(answer) {
    return this.#api.open("POST", "/auth/password/reset", answer);
  }

  /**
   * Given up soon, because the same token again is good only for a while.
   *
   * @param {string} refresh
   * @returns {Promise<TokenAnswer>}
   */
  refresh(refresh) {
    return this.#api.open("POST", "/auth/refresh", { refresh }, REFRESH_MS);
  }

  /**
   * Who invites; looking is told to them as `opened`.
   *
   * @param {string} token the last part of the invitation's link
   * @returns {Promise<import("./types.js").Invitation>}
   */
  invitation(token) {
    return this.#api.open("GET", path`/invites/${token}`);
  }

  /**
   * Somebody who is no member asks to be taken out of all books.
   *
   * @param {{email: string} | {phone: string}} whose
   * @returns {Promise<Challenge>}
   */
  startOptOut(whose) {
    return this.#api.open("POST", "/contacts/optout", whose);
  }

  /** @param {{challenge: string, code: string}} answer */
  optOut(answer) {
    return this.#api.open("POST", "/contacts/optout/verify", answer);
  }

  // Oneself and others

  logout() {
    return this.#api.call("POST", "/auth/logout");
  }

  /**
   * @param {Partial<Me>} changes
   * @returns {Promise<Me>}
   */
  changeMe(changes) {
    return this.#api.call("PATCH", "/me", changes);
  }

  /**
   * The person with exactly this username, or null.
   *
   * @param {string} username
   * @returns {Promise<User | null>}
   */
  async findUser(username) {
    const { results } = await this.#api.call("GET", path`/users?username=${username}`);
    return results[0] ?? null;
  }

  /** @returns {Promise<User[]>} */
  async blocked() {
    const { results } = await this.#api.call("GET", "/blocks");
    return results.map((/** @type {{user: User}} */ { user }) => user);
  }

  /** @param {string} user */
  block(user) {
    return this.#api.call("PUT", path`/blocks/${user}`);
  }

  /** @param {string} user */
  unblock(user) {
    return this.#api.call("DELETE", path`/blocks/${user}`);
  }

  // Chats

  /** @returns {Promise<import("./types.js").Snapshot>} */
  bootstrap() {
    return this.#api.call("GET", "/bootstrap");
  }

  /**
   * A page of the list, the newest activity first. A chat that moves up meanwhile stands in no later
   * page: its update tells it.
   *
   * @param {string | null} [cursor] `next` of the page before
   * @returns {Promise<{results: Chat[], next: string | null}>}
   */
  chats(cursor) {
    return this.#api.call("GET", "/chats?limit=200" + (cursor ? path`&cursor=${cursor}` : ""));
  }

  /** @param {string} user @returns {Promise<Chat>} */
  openChat(user) {
    return this.#api.call("POST", "/chats", { user });
  }

  /** @param {string} chat @returns {Promise<Chat>} */
  chat(chat) {
    return this.#api.call("GET", path`/chats/${chat}`);
  }

  /**
   * @param {string} chat
   * @param {Partial<Pick<Chat, "muted_until" | "archived" | "pinned" | "marked_unread">>} changes
   * @returns {Promise<Chat>}
   */
  arrangeChat(chat, changes) {
    return this.#api.call("PATCH", path`/chats/${chat}`, changes);
  }

  /** @param {string} chat */
  clearChat(chat) {
    return this.#api.call("DELETE", path`/chats/${chat}`);
  }

  /**
   * The newest page, or the one below `before`.
   *
   * @param {string} chat
   * @param {number} [before]
   * @param {number} [limit] at most 200
   * @returns {Promise<Page>}
   */
  messages(chat, before, limit = 50) {
    const query = `?limit=${limit}` + (before === undefined ? "" : `&before=${before}`);
    return this.#api.call("GET", path`/chats/${chat}/messages` + query);
  }

  /**
   * @param {string} chat
   * @param {number} number
   * @param {string} text
   * @returns {Promise<Message>}
   */
  edit(chat, number, text) {
    return this.#api.call("PATCH", path`/chats/${chat}/messages/${number}`, { text });
  }

  /** @param {string} chat @param {number} number @param {"me" | "everyone"} whom */
  delete(chat, number, whom) {
    return this.#api.call("DELETE", path`/chats/${chat}/messages/${number}?for=${whom}`);
  }
}
