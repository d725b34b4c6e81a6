import { Account } from "./account.js";
import { Api } from "./api.js";
import { Attention } from "./attention.js";
import { Calls } from "./calls.js";
import { Contacts } from "./contacts.js";
import { Drafts } from "./drafts.js";
import { Feed } from "./feed.js";
import { Files } from "./files.js";
import { Link } from "./link.js";
import { Messages } from "./messages.js";
import { Outbox } from "./outbox.js";
import { Search } from "./search.js";
import { LastingShelf } from "./shelf.js";
import { Store } from "./store.js";
import { Tokens } from "./tokens.js";
import { Watch } from "./watch.js";

const LARGEST_PAGE = 200;
/** What changes who stands in the list. */
const LISTING = new Set(["snapshot", "chat.updated", "message.created"]);

/**
 * A chat client without a face.
 *
 *     const confab = new Confab(location.origin);
 *     confab.addEventListener("change", draw);
 *     await confab.login({ email, password });
 *     confab.send(chat.id, "Hello");
 *
 * Events: `session` when somebody logged in or out, here or in another tab; `state` of the link;
 * `change` of the store, `detail` as there; `outbox`, `detail` the chat's id; `typing`, `detail` a
 * TypingSignal; `lasting` when the browser's storage began to refuse, or takes again.
 */
export class Confab extends EventTarget {
  #shelf = new LastingShelf();
  /** Ends with the session, and all that listens for it. */
  #session = new AbortController();
  /** @type {Promise<void> | null} */
  #readingChats = null;
  /** @type {Api} */
  #api;
  #url;
  /** @type {Link | null} */
  link = null;
  /** @type {Outbox | null} */
  outbox = null;
  /** @type {Files | null} */
  files = null;
  /** @type {Contacts | null} */
  contacts = null;
  store = new Store();
  /** @type {Drafts | null} */
  drafts = null;
  /** @type {Attention | null} */
  #attention = null;

  /** @param {string} origin such as `https://chat.example.com` */
  constructor(origin) {
    super();
    const base = `${origin}/api/v1`;
    this.#url = `${origin.replace(/^http/, "ws")}/ws/`;
    this.tokens = new Tokens(this.#shelf, (refresh) => this.calls.refresh(refresh));
    this.#api = new Api(base, this.tokens);
    this.calls = new Calls(this.#api);
    this.account = new Account(this.#api);
    this.search = new Search(this.#api);
    this.messages = new Messages(this.#api, () => this.store);
    this.feed = new Feed(this.#api, () => this.store);
    this.tokens.addEventListener("changed", () => this.#begin());
    this.#shelf.addEventListener("change", () => this.dispatchEvent(new Event("lasting")));
    this.#begin();
  }

  get loggedIn() {
    return this.tokens.held !== null;
  }

  /** Whether what is written here survives the page: not where the browser's storage is full or barred. */
  get lasting() {
    return this.#shelf.lasting;
  }

  /** @returns {import("./link.js").LinkState} */
  get state() {
    return this.link?.state ?? "stopped";
  }

  // The session

  /** @param {{email: string, password: string}} person */
  async login(person) {
    this.enter(await this.calls.login(person));
  }

  /**
   * Begin the session that a call has answered: `confab.enter(await confab.calls.verify(answer))`.
   *
   * @param {import("./types.js").TokenAnswer} answer
   */
  enter(answer) {
    this.tokens.keep(answer);
  }

  /** Ends the session here even if the server cannot be told. */
  async logout() {
    const session = this.tokens.held?.session;
    await this.calls.logout().catch(() => {});
    this.tokens.forget(session); // by now somebody else may have logged in
  }

  /** Delete the account. @param {Parameters<Account["leave"]>[0]} proof that it is oneself */
  async leave(proof) {
    const session = this.tokens.held?.session;
    await this.account.leave(proof);
    this.tokens.forget(session);
  }

  // Chatting

  /**
   * The chat with this person.
   *
   * @param {string} user
   */
  async openChat(user) {
    const { store } = this;
    const chat = await this.calls.openChat(user);
    store.hold(chat);
    return chat;
  }

  /**
   * Read more of the list, where `store.hasMoreChats` says that there is more. All of it comes page by
   * page; chats that move up meanwhile are told of by themselves.
   *
   * @returns {Promise<void>}
   */
  readMoreChats() {
    this.#readingChats ??= this.#readChats(this.store).finally(() => {
      this.#readingChats = null;
    });
    return this.#readingChats;
  }

  /** @param {Store} store */
  async #readChats(store) {
    const { epoch, pts } = store;
    if (!store.hasMoreChats) return;
    const { results, next } = await this.calls.chats(store.chatsFrom);
    if (store.epoch !== epoch) return; // begun anew meanwhile
    for (const id of store.holdChats(results, next, pts)) store.hold(await this.calls.chat(id));
  }

  /**
   * Read older messages into the store; the newest ones at first.
   *
   * @param {string} chat
   * @param {number} [limit] at most 200
   */
  async readOlder(chat, limit) {
    const history = this.store.history(chat);
    if (!history.hasMoreBefore) return;
    const { pts } = this.store;
    const page = await this.calls.messages(chat, history.begun ? history.from : undefined, limit);
    if (this.store.history(chat) === history) this.store.holdPage(chat, page, pts);
  }

  /**
   * Read older messages until this one is held.
   *
   * @param {string} chat
   * @param {number} number
   */
  async readBackTo(chat, number) {
    const history = this.store.history(chat);
    while (history.from > number && history.hasMoreBefore) {
      if (this.store.history(chat) !== history) return; // another session, or begun anew
      await this.readOlder(chat, LARGEST_PAGE);
    }
  }

  /**
   * Queue a message; it leaves as soon as it can, also after a reload.
   *
   * @param {string} chat
   * @param {string} text
   * @param {import("./types.js").Extras} [extras] what goes with the text
   */
  send(chat, text, extras) {
    this.outbox?.add(chat, text, extras);
  }

  /**
   * Tell the other that one is typing, or has stopped.
   *
   * @param {string} chat
   * @param {boolean} on
   */
  typing(chat, on) {
    this.link?.command("typing", { chat, on }).catch(() => {});
  }

  /**
   * The chat before the person's eyes, or null: it is marked as read.
   *
   * @param {string | null} chat
   */
  set reading(chat) {
    if (this.#attention) this.#attention.reading = chat;
  }

  // Inside

  /** The session has changed: leave the old one behind, begin the new one. */
  #begin() {
    this.#session.abort();
    this.#session = new AbortController();
    this.link?.stop();
    this.outbox?.stop();
    this.files?.stop();
    this.contacts?.stop();
    this.link = this.outbox = this.files = this.contacts = this.drafts = this.#attention = null;
    this.store = new Store();
    const held = this.tokens.held;
    if (held) this.#open(held.user);
    this.dispatchEvent(new Event("session"));
  }

  /** @param {string} user */
  #open(user) {
    const { calls, store, tokens } = this;
    const bootstrap = () => calls.bootstrap();
    const fetchChat = (/** @type {string} */ id) => calls.chat(id);
    const link = new Link({ url: this.#url, tokens, store, bootstrap, fetchChat });
    const command = (/** @type {string} */ type, /** @type {object} */ data) =>
      link.command(type, data);
    const attention = new Attention(store, command);
    const outbox = new Outbox(this.#shelf, user, ({ at, problem, upload, ...message }) =>
      command("message.send", message),
    );
    const files = new Files(this.#api, outbox);
    const drafts = new Drafts(this.#shelf, user);
    const contacts = new Contacts(this.#api, this.#shelf, user);
    Object.assign(this, { link, outbox, files, contacts, drafts });
    store.addEventListener("file", (event) => files.uploads.hear(detail(event)));
    store.addEventListener("contacts", (event) => contacts.hear(detail(event)));
    this.#attention = attention;
    this.#listen(link, store, outbox, attention);
    link.start();
  }

  /**
   * @param {Link} link
   * @param {Store} store
   * @param {Outbox} outbox
   * @param {Attention} attention
   */
  #listen(link, store, outbox, attention) {
    const { signal } = this.#session;
    link.addEventListener("state", () => this.dispatchEvent(new Event("state")), { signal });
    const watch = new Watch(link, store);
    const online = () => {
      attention.begin();
      outbox.flush();
      this.files?.resume();
      this.contacts?.imports.resume();
      watch.begin();
    };
    const changed = (/** @type {Event} */ event) => {
      const { kind, chat } = detail(event);
      if (chat) this.#changed(kind, store.chat(chat), outbox, attention);
      if (LISTING.has(kind)) watch.look();
      this.#tell("change", { kind, chat });
    };
    link.addEventListener("online", online, { signal });
    store.addEventListener("change", changed, { signal });
    link.addEventListener("signal", (event) => this.#signalled(store, detail(event)), { signal });
    outbox.addEventListener("sent", (event) => store.holdMessage(detail(event)), { signal });
    outbox.addEventListener("change", (event) => this.#tell("outbox", detail(event)), { signal });
  }

  /**
   * @param {string} kind
   * @param {import("./types.js").Chat | undefined} chat
   * @param {Outbox} outbox
   * @param {Attention} attention
   */
  #changed(kind, chat, outbox, attention) {
    if (chat) attention.look(chat.id);
    if (kind !== "message.created") return;
    const last = chat?.last_message;
    // The answer to this send was lost with its connection, but here is the message.
    if (last && last.sender !== chat?.peer.id) outbox.remove(last);
  }

  /** @param {Store} store @param {{kind: string, data: any}} signal */
  #signalled(store, { kind, data }) {
    if (kind === "presence") store.holdPresence([data]);
    else if (kind === "typing") this.#tell("typing", data);
    else if (kind === "import.progress") this.contacts?.hear({ kind, data });
  }

  /** @param {string} type @param {any} value */
  #tell(type, value) {
    this.dispatchEvent(new CustomEvent(type, { detail: value }));
  }
}

/** @param {Event} event */
function detail(event) {
  return /** @type {CustomEvent} */ (event).detail;
}
