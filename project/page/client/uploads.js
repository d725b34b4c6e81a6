import { digest } from "./digest.js";
import { newClientId } from "./ids.js";
import { withLock } from "./lock.js";
import { patiently } from "./patiently.js";
import { Problem } from "./problem.js";
import { transfer } from "./transfer.js";

/** What any file may be announced as. */
export const PLAIN_FILE = "application/octet-stream";
/** Few, so that messages and pages still find a connection. */
const AT_ONCE = 2;
const LOOK_MS = 3000;

/**
 * @typedef {import("./types.js").File} File
 * @typedef {import("./types.js").Upload} Upload
 */

/**
 * Files on their way to the server: announced, brought to the store, checked. Each upload has the
 * name (`client_id`) that its message will have.
 *
 * A browser forgets what somebody chose when the page is closed. What was complete by then can be
 * followed up (`follow`); for all else the person must choose the file once more.
 *
 * Events: `change`, whose `detail` is the Upload.
 */
export class Uploads extends EventTarget {
  #calls;
  /** @type {Map<string, {upload: Upload, blob: Blob | null, abort: AbortController}>} */
  #held = new Map();
  /** What became of files here, told sooner or later than it is asked. @type {Map<string, File>} */
  #settled = new Map();
  /** @type {(() => void)[]} */
  #queue = [];
  #running = 0;

  /** @param {import("./file-calls.js").FileCalls} calls */
  constructor(calls) {
    super();
    this.#calls = calls;
  }

  /** @param {string} id @returns {Upload | undefined} */
  get(id) {
    return this.#held.get(id)?.upload;
  }

  /**
   * Begin at once.
   *
   * @param {Blob} blob
   * @param {string} name
   * @param {string} [id] of an upload that was cut off
   * @param {string} [type] as what it is announced, if not as its own: PLAIN_FILE for an image that is
   *   to stay as it is, to the byte
   * @returns {Upload}
   */
  begin(blob, name, id = newClientId(), type = blob.type) {
    const { size } = blob;
    const content_type = type || PLAIN_FILE;
    const upload = { id, name, size, content_type, state: "preparing", sent: 0, file: null };
    this.#start(/** @type {Upload} */ (upload), blob);
    return /** @type {Upload} */ (upload);
  }

  /**
   * From the beginning, as a new file.
   *
   * @param {string} id
   * @param {string} [type] as in `begin`
   * @returns {Upload | null} null when the bytes are not here
   */
  retry(id, type) {
    const held = this.#held.get(id);
    return held?.blob ? this.begin(held.blob, held.upload.name, id, type) : null;
  }

  /**
   * An upload of an earlier page, of which all but the server's check is done.
   *
   * @param {import("./types.js").Parcel & {id: string}} parcel
   * @param {string} file
   */
  follow(parcel, file) {
    const upload = { ...parcel, state: "checking", sent: parcel.size, file: null };
    const { abort } = this.#hold(/** @type {Upload} */ (upload), null);
    this.#finish(parcel.id, () => this.#checked(file, abort.signal));
  }

  /** Stop it and forget it, done or not. @param {string} id */
  cancel(id) {
    const held = this.#held.get(id);
    this.#held.delete(id);
    held?.abort.abort();
  }

  cancelAll() {
    for (const id of [...this.#held.keys()]) this.cancel(id);
  }

  /** @param {File} file what `file.updated` told */
  hear(file) {
    if (file.state !== "ready" && file.state !== "rejected") return;
    this.#settled.set(file.id, file);
    this.dispatchEvent(new Event("settled"));
  }

  /** Those that a lost connection ended and that could go on. @returns {Upload[]} */
  cutOff() {
    return [...this.#held.values()]
      .filter(({ upload, blob }) => blob && upload.problem?.code === "cut_off")
      .map(({ upload }) => upload);
  }

  /** @param {Upload} upload @param {Blob} blob */
  #start(upload, blob) {
    const { abort } = this.#hold(upload, blob);
    this.#change(upload.id, {});
    const work = () => this.#inTurn(() => this.#bring(upload.id, blob, abort.signal));
    // Other tabs see by the lock that somebody is at work.
    this.#finish(upload.id, () => withLock(lockOf(upload.id), work));
  }

  /** @param {Upload} upload @param {Blob | null} blob */
  #hold(upload, blob) {
    const held = { upload, blob, abort: new AbortController() };
    this.#held.set(upload.id, held);
    return held;
  }

  /**
   * @param {string} id
   * @param {() => Promise<File>} work
   */
  async #finish(id, work) {
    const held = this.#held.get(id);
    try {
      const file = await work();
      if (this.#held.get(id) !== held) return;
      if (file.state === "ready") this.#change(id, { state: "ready", file });
      else this.#change(id, { state: "failed", file, problem: rejection(file) });
    } catch (error) {
      if (this.#held.get(id) === held) this.#change(id, { state: "failed", problem: body(error) });
    }
  }

  /** @param {string} id @param {Blob} blob @param {AbortSignal} signal */
  async #bring(id, blob, signal) {
    signal.throwIfAborted();
    const { name, size, content_type } = /** @type {Upload} */ (this.get(id));
    const sha256 = await digest(blob);
    const announced = { name, size, content_type, sha256 };
    const file = await patiently(() => this.#carry(id, blob, announced, signal), {
      signal,
      tries: 1,
    });
    await patiently(() => this.#calls.complete(file.id), { signal });
    this.#change(id, { state: "checking", sent: size });
    return this.#checked(file.id, signal);
  }

  /**
   * @param {string} id
   * @param {Blob} blob
   * @param {Parameters<import("./file-calls.js").FileCalls["create"]>[0]} announced
   * @param {AbortSignal} signal
   * @returns {Promise<File>}
   */
  async #carry(id, blob, announced, signal) {
    const created = () => this.#calls.create(announced);
    const { upload: target, ...file } = await patiently(created, { signal });
    this.#change(id, { state: "uploading", file });
    await transfer(target, blob, { signal, progress: (sent) => this.#change(id, { sent }) });
    return file;
  }

  /**
   * Until the server has looked at the file. It tells, and is asked now and then all the same.
   *
   * @param {string} id the file's
   * @param {AbortSignal} signal
   * @returns {Promise<File>}
   */
  async #checked(id, signal) {
    for (let file = this.#settled.get(id); ; file = this.#settled.get(id)) {
      this.#settled.delete(id);
      signal.throwIfAborted();
      if (file) return file;
      if (!(await this.#told(LOOK_MS, signal))) await this.#look(id);
    }
  }

  /**
   * @param {number} ms
   * @param {AbortSignal} signal
   * @returns {Promise<boolean>} false when no file has settled within this time
   */
  #told(ms, signal) {
    return new Promise((resolve) => {
      const listening = new AbortController();
      const end = (/** @type {boolean} */ told) => {
        clearTimeout(timer);
        listening.abort();
        resolve(told);
      };
      const timer = setTimeout(() => end(false), ms);
      const once = { signal: listening.signal };
      this.addEventListener("settled", () => end(true), once);
      signal.addEventListener("abort", () => end(true), once);
    });
  }

  /** @param {string} id */
  async #look(id) {
    try {
      this.hear(await this.#calls.get(id));
    } catch (error) {
      if (error instanceof Problem && !error.passing) throw error; // else the server is away
    }
  }

  /** @template T @param {() => Promise<T>} work @returns {Promise<T>} */
  async #inTurn(work) {
    if (this.#running >= AT_ONCE) await new Promise((go) => this.#queue.push(() => go(undefined)));
    this.#running += 1;
    try {
      return await work();
    } finally {
      this.#running -= 1;
      this.#queue.shift()?.();
    }
  }

  /** @param {string} id @param {Partial<Upload>} change */
  #change(id, change) {
    const held = this.#held.get(id);
    if (!held) return;
    held.upload = { ...held.upload, ...change };
    this.dispatchEvent(new CustomEvent("change", { detail: held.upload }));
  }
}

/** The lock that an upload's tab holds. @param {string} id */
export function lockOf(id) {
  return `confab.upload.${id}`;
}

/** @param {File} file @returns {import("./types.js").ProblemBody} */
function rejection({ reason = "unknown" }) {
  return { code: "rejected", status: 400, title: "The file was not accepted", reason };
}

/** @param {unknown} error @returns {import("./types.js").ProblemBody} */
function body(error) {
  if (error instanceof Problem) return error.body;
  if (error instanceof DOMException)
    return { code: "unreadable", status: 0, title: "The file can no longer be read" };
  return { code: "cut_off", status: 0, title: "The upload was cut off" };
}
