import { Problem, Unreachable } from "./problem.js";

const PROTOCOL = "confab.v1";
const READY_MS = 15_000;
const PROBE_MS = 5_000;
/** The server closes who says nothing for an hour; nothing is said for at most this long. */
const QUIET_MS = 5 * 60_000;
/** Commands under way at once, well below what the server allows. */
const AT_ONCE = 32;

/**
 * Why a connection ended.
 * @typedef {{code: number, reason: string, retryAfter: number | null, held: number}} Ending
 * `retryAfter` in seconds if the server named it, `held` in milliseconds since `ready`
 */

/**
 * @typedef {object} Handlers
 * @property {(frame: any) => void} frame ready, synced, update, signal: whatever is no answer
 * @property {(ending: Ending) => void} ended called exactly once
 */

/**
 * One WebSocket, from opening to end. It never reconnects; see link.js.
 *
 * A dead network does not close a socket, so silence does: two missed heartbeats end it here.
 */
export class Connection {
  #socket;
  #handlers;
  #clock;
  #ended = false;
  /** @type {{code: number, reason: string, retry_after: number | null} | null} */
  #bye = null;
  #silenceMs = READY_MS;
  #heardAt = Date.now();
  #saidAt = Date.now();
  /** @type {number | null} */
  #readyAt = null;
  #commands = 0;
  /** @type {Map<string, {resolve: (data: any) => void, reject: (error: Error) => void}>} */
  #unanswered = new Map();
  /** @type {string[]} */
  #waiting = [];

  /**
   * @param {string} url with the cursor to resume from
   * @param {string} access
   * @param {Handlers} handlers
   */
  constructor(url, access, handlers) {
    this.#handlers = handlers;
    // A browser can set no header; the token travels as a subprotocol, never in the URL.
    this.#socket = new WebSocket(url, [PROTOCOL, `bearer.${access}`]);
    this.#socket.onmessage = ({ data }) => this.#heard(JSON.parse(data));
    this.#socket.onclose = ({ code, reason }) => this.#end(code, reason);
    this.#clock = setInterval(() => this.#tick(), 1000);
  }

  /**
   * @param {string} type
   * @param {object} [data]
   * @returns {Promise<any>} the reply's data
   * @throws {Problem} when the server refused
   * @throws {Unreachable} when the connection ended first: the outcome is unknown
   */
  command(type, data = {}) {
    if (this.#ended) return Promise.reject(new Unreachable("not connected"));
    this.#commands += 1;
    const id = String(this.#commands);
    return new Promise((resolve, reject) => {
      this.#unanswered.set(id, { resolve, reject });
      this.#waiting.push(JSON.stringify({ type, id, data }));
      this.#say();
    });
  }

  /** Ask for a sign of life: after a laptop woke up the socket may be dead and look open. */
  probe() {
    const askedAt = Date.now();
    this.command("ping").catch(() => {});
    setTimeout(() => this.#heardAt < askedAt && this.#end(1006, "silent"), PROBE_MS);
  }

  close() {
    this.#end(1000, "closed here");
  }

  #say() {
    if (this.#readyAt === null) return;
    while (this.#waiting.length && this.#unanswered.size - this.#waiting.length < AT_ONCE) {
      this.#socket.send(/** @type {string} */ (this.#waiting.shift()));
      this.#saidAt = Date.now();
    }
  }

  /** @param {any} frame */
  #heard(frame) {
    if (this.#ended) return;
    this.#heardAt = Date.now();
    if (frame.type === "reply") this.#answered(frame.id)?.resolve(frame.data);
    else if (frame.type === "error") this.#answered(frame.id)?.reject(new Problem(frame.error));
    else if (frame.type === "bye") this.#bye = frame.data;
    else if (frame.type !== "heartbeat") this.#pass(frame);
  }

  /** @param {any} frame */
  #pass(frame) {
    if (frame.type === "ready") {
      this.#readyAt = Date.now();
      this.#silenceMs = 2 * frame.data.heartbeat * 1000;
    }
    this.#handlers.frame(frame);
    this.#say();
  }

  /** @param {string} id */
  #answered(id) {
    const command = this.#unanswered.get(id);
    this.#unanswered.delete(id);
    this.#say();
    return command;
  }

  #tick() {
    const now = Date.now();
    if (now - this.#heardAt > this.#silenceMs) this.#end(1006, "silent");
    else if (this.#readyAt !== null && now - this.#saidAt > QUIET_MS) this.probe();
  }

  /** @param {number} code @param {string} reason */
  #end(code, reason) {
    if (this.#ended) return;
    this.#ended = true;
    clearInterval(this.#clock);
    this.#socket.onmessage = this.#socket.onclose = null;
    this.#socket.close(); // may take a minute on a dead network; nobody waits for it
    const lost = new Unreachable("the connection ended");
    for (const { reject } of this.#unanswered.values()) reject(lost);
    this.#handlers.ended({
      code: this.#bye?.code ?? code,
      reason: this.#bye?.reason ?? reason,
      retryAfter: this.#bye?.retry_after ?? null,
      held: this.#readyAt === null ? 0 : Date.now() - this.#readyAt,
    });
  }
}
