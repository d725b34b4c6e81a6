import { FileCalls } from "./file-calls.js";
import { Links } from "./links.js";
import { withLock } from "./lock.js";
import { lockOf, Uploads } from "./uploads.js";

/**
 * @typedef {import("./types.js").Outgoing} Outgoing
 * @typedef {import("./types.js").Parcel} Parcel
 * @typedef {import("./types.js").Upload} Upload
 */

/**
 * Messages with files: lets a message wait in the outbox until its file is with the server.
 *
 *     const upload = confab.files.uploads.begin(file, file.name);
 *     confab.files.send(chat.id, upload.id, "Look at this"); // before or after it is done
 *     image.src = await confab.files.links.get(message.file.id, "thumbnail");
 *
 * A page that is loaded anew has lost the bytes of what was not uploaded whole: such a message
 * stays in the outbox with the problem `cut_off`, until `retry` gets the file once more.
 */
export class Files {
  #outbox;
  /** Whose upload is another tab's, or was. @type {Set<string>} */
  #foreign = new Set();

  /**
   * @param {import("./api.js").Api} api
   * @param {import("./outbox.js").Outbox} outbox
   */
  constructor(api, outbox) {
    const calls = new FileCalls(api);
    this.links = new Links(calls);
    this.uploads = new Uploads(calls);
    this.#outbox = outbox;
    this.uploads.addEventListener("change", (event) =>
      this.#changed(/** @type {CustomEvent} */ (event).detail),
    );
    outbox.addEventListener("change", () => this.#takeOver());
    outbox.addEventListener("sent", (event) =>
      this.uploads.cancel(/** @type {CustomEvent} */ (event).detail.client_id),
    );
    this.#takeOver();
  }

  /**
   * @param {string} chat
   * @param {string} id an upload's; its message will have it as `client_id`
   * @param {string} text the caption, or ""
   * @param {import("./types.js").Extras & {width?: number, height?: number}} [extras] `width` and
   *   `height` of an image, for the time until the server tells them
   */
  send(chat, id, text, { width, height, ...extras } = {}) {
    const upload = this.uploads.get(id);
    if (!upload) return;
    const { name, size, content_type, problem } = upload;
    const parcel = { name, size, content_type, width, height, uploaded: uploaded(upload) };
    const file = upload.state === "ready" ? upload.file?.id : undefined;
    this.#outbox.add(chat, text, { ...extras, client_id: id, upload: parcel, file, problem });
  }

  /**
   * Once more, by the person's wish.
   *
   * @param {Outgoing} entry
   * @param {globalThis.File} [chosen] the file, where `needsFile` says so
   * @param {string} [type] as what it is announced, if not as its own
   */
  retry(entry, chosen, type) {
    if (!entry.upload || entry.file) return this.#outbox.retry(entry);
    const { client_id } = entry;
    const upload = chosen
      ? this.uploads.begin(chosen, chosen.name, client_id, type)
      : this.uploads.retry(client_id, type);
    if (!upload) return;
    const { name, size, content_type } = upload;
    const { width, height } = chosen || type ? {} : entry.upload;
    this.#outbox.retry({ ...entry, upload: { name, size, content_type, width, height } });
  }

  /** Whether the file must be chosen again before another try. @param {Outgoing} entry */
  needsFile({ client_id, upload, file }) {
    return Boolean(upload && !file && !this.uploads.get(client_id));
  }

  /** Not wanted any more. @param {Outgoing} entry */
  discard(entry) {
    this.uploads.cancel(entry.client_id);
    this.#outbox.remove(entry);
  }

  /** The connection is back: what its loss cut off begins again. */
  resume() {
    for (const { id } of this.uploads.cutOff()) {
      const entry = this.#outbox.get(id);
      if (entry) this.retry(entry);
      else this.uploads.retry(id);
    }
  }

  /** Nobody is logged in any more. */
  stop() {
    this.uploads.cancelAll();
  }

  /** @param {Upload} upload */
  #changed(upload) {
    const entry = this.#outbox.get(upload.id);
    if (!entry?.upload || entry.file) return;
    const { state, file, problem } = upload;
    if (state === "ready") this.#outbox.amend(upload.id, { file: file?.id });
    else if (state === "failed") this.#outbox.amend(upload.id, { problem });
    else if (uploaded(upload) && !entry.upload.uploaded)
      this.#outbox.amend(upload.id, { upload: { ...entry.upload, uploaded: file?.id } });
  }

  /** See to messages whose upload began in an earlier page, or in another tab. */
  #takeOver() {
    for (const { client_id, upload, file, problem } of this.#outbox.list()) {
      if (!upload || file || problem) continue;
      if (this.uploads.get(client_id) || this.#foreign.has(client_id)) continue;
      this.#foreign.add(client_id);
      // Another tab that is at work holds this lock until it is done, or gone.
      withLock(lockOf(client_id), async () => this.#inherit(client_id));
    }
  }

  /** @param {string} id */
  #inherit(id) {
    this.#foreign.delete(id);
    const entry = this.#outbox.get(id);
    if (!entry?.upload || entry.file || entry.problem || this.uploads.get(id)) return;
    if (entry.upload.uploaded) this.uploads.follow({ id, ...entry.upload }, entry.upload.uploaded);
    else this.#outbox.amend(id, { problem: CUT_OFF });
  }
}

const CUT_OFF = { code: "cut_off", status: 0, title: "The upload was cut off" };

/** @param {Upload} upload @returns {string | undefined} the server's id once all bytes are there */
function uploaded({ state, file }) {
  return state === "checking" || state === "ready" ? file?.id : undefined;
}
