import { Backoff } from "./backoff.js";
import { Connection } from "./connection.js";
import { Problem, Unreachable } from "./problem.js";

const REVOKED = 4403;
const NOT_AUTHENTICATED = 4401;

/** @typedef {"stopped" | "connecting" | "online" | "waiting"} LinkState */

/**
 * @typedef {object} Surroundings
 * @property {string} url of the socket: `wss://chat.example.com/ws/`
 * @property {import("./tokens.js").Tokens} tokens
 * @property {import("./store.js").Store} store
 * @property {() => Promise<import("./types.js").Snapshot>} bootstrap
 * @property {(chat: string) => Promise<import("./types.js").Chat>} fetchChat
 */

/**
 * Keeps the store in step with the server: connects, resumes where the store stands, applies what
 * was missed and what comes live, and connects again for ever.
 *
 * Events: `state`; `online` once all that was missed is applied; `signal`, its `detail` the frame.
 */
export class Link extends EventTarget {
  /** @type {LinkState} */
  state = "stopped";
  /** When the next try comes, while waiting: milliseconds since 1970. */
  retryAt = 0;
  #around;
  #backoff = new Backoff();
  /** @type {Connection | null} */
  #connection = null;
  #stopping = new AbortController();
  #wake = () => {};
  /** Frames are applied one after another, also when one must fetch something first. */
  #work = Promise.resolve();

  /** @param {Surroundings} around */
  constructor(around) {
    super();
    this.#around = around;
    const { signal } = this.#stopping;
    const seen = () => document.visibilityState === "visible" && this.nudge();
    globalThis.addEventListener?.("online", () => this.nudge(), { signal });
    globalThis.addEventListener?.("offline", () => this.#connection?.probe(), { signal });
    globalThis.document?.addEventListener("visibilitychange", seen, { signal });
  }

  get #stopped() {
    return this.#stopping.signal.aborted;
  }

  /** Connect and stay connected until `stop`, which is for good. */
  async start() {
    while (!this.#stopped) {
      this.#become("connecting");
      const pause = await this.#connectOnce().catch((error) => this.#failed(error));
      if (this.#stopped) return;
      this.#become("waiting", pause);
      await this.#sleep(pause);
    }
  }

  stop() {
    this.#stopping.abort();
    this.#connection?.close();
    this.#wake();
    this.#become("stopped");
  }

  /** Try at once, or look whether the connection is still alive. */
  nudge() {
    if (this.#connection) this.#connection.probe();
    else this.#wake();
  }

  /**
   * @param {string} type
   * @param {object} data
   * @returns {Promise<any>}
   */
  command(type, data) {
    if (this.state === "online" && this.#connection) return this.#connection.command(type, data);
    return Promise.reject(new Unreachable("not connected"));
  }

  /**
   * Connect and stay so; the milliseconds to wait before the next time.
   *
   * @returns {Promise<number>}
   */
  async #connectOnce() {
    const { store, tokens } = this.#around;
    const access = await tokens.access();
    if (this.#stopped) throw new Unreachable("stopped");
    const session = tokens.held?.session;
    if (!store.epoch) await this.#bootstrap();
    const ending = await this.#connected(access);
    this.#backoff.held(ending.held);
    // A new password has begun a new session by the time the old one's end is heard.
    if (ending.code === REVOKED) tokens.forget(session);
    if (ending.code === NOT_AUTHENTICATED) await tokens.renew(access);
    return Math.max((ending.retryAfter ?? 0) * 1000, this.#backoff.next());
  }

  /** @param {string} access @returns {Promise<import("./connection.js").Ending>} */
  async #connected(access) {
    const { store, url } = this.#around;
    if (this.#stopped) throw new Unreachable("stopped");
    const renewal = this.#renewInTime();
    const query = new URLSearchParams({ epoch: store.epoch, pts: String(store.pts) });
    const ending = await new Promise((resolve) => {
      this.#connection = new Connection(`${url}?${query}`, access, {
        frame: (frame) => this.#queue(frame),
        ended: resolve,
      });
    });
    renewal.stop();
    this.#connection = null;
    await this.#work; // what had arrived is applied before the cursor is read again
    return ending;
  }

  /** @param {any} frame */
  #queue(frame) {
    const connection = this.#connection;
    this.#work = this.#work
      .then(() => this.#take(frame))
      .catch((error) => {
        report(error);
        // Not applied, so nothing after it may be: the next connection resumes from here.
        this.#work = Promise.resolve();
        connection?.close();
      });
  }

  /** @param {any} frame */
  async #take(frame) {
    if (this.#stopped) return;
    if (frame.type === "update") await this.#apply(frame);
    else if (frame.type === "signal") this.#tell("signal", frame);
    // Also while connected: a database that went back to an earlier state has another epoch.
    else if (frame.type === "reset" || frame.data?.reset) await this.#bootstrap();
    else if (frame.type === "synced" && this.#connection) this.#become("online");
  }

  /** @param {import("./types.js").Update} update */
  async #apply(update) {
    const { store, fetchChat } = this.#around;
    if (update.pts <= store.pts) return;
    if (update.pts !== store.pts + 1) throw new Error(`gap before ${update.pts}`);
    const missing = store.missingChat(update);
    if (missing) await fetchChat(missing).then((chat) => store.hold(chat), forgiveMissing);
    store.apply(update);
  }

  async #bootstrap() {
    const snapshot = await this.#around.bootstrap();
    if (!this.#stopped) this.#around.store.start(snapshot);
  }

  /** Hand the connection a new token before its own runs out, so that it need not be closed. */
  #renewInTime() {
    const { tokens } = this.#around;
    let known = tokens.held?.access;
    const timer = setInterval(async () => {
      const held = tokens.held;
      if (this.state !== "online" || !held) return;
      if (held.access === known && Date.now() < held.renew_at) return;
      const access = await tokens.access().catch(() => known);
      if (!access || access === known) return;
      known = access; // asked once: if it fails, the server closes and the next connection has it
      this.command("auth.refresh", { access }).catch(() => {});
    }, 1000);
    return { stop: () => clearInterval(timer) };
  }

  /** @param {unknown} error @returns {number} */
  #failed(error) {
    report(error);
    const asked = error instanceof Problem ? (error.retryAfter ?? 0) * 1000 : 0;
    return Math.max(asked, this.#backoff.next());
  }

  /** @param {number} ms */
  #sleep(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve(undefined);
      };
    });
  }

  /** @param {LinkState} state @param {number} [pause] milliseconds */
  #become(state, pause = 0) {
    if (this.state === "online" && state !== "online") this.#around.store.forgetPresence();
    this.state = state;
    this.retryAt = Date.now() + pause;
    this.#tell("state");
    if (state === "online") this.#tell("online");
  }

  /** @param {string} type @param {any} [detail] */
  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/**
 * Whatever is neither a refusal nor a lost network is a mistake in this program.
 *
 * @param {unknown} error
 */
function report(error) {
  if (!(error instanceof Problem || error instanceof Unreachable)) console.error(error);
}

/** @param {unknown} error */
function forgiveMissing(error) {
  if (!(error instanceof Problem) || error.code !== "not_found") throw error;
}
