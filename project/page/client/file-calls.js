import { path } from "./api.js";

/**
 * The REST calls about files. They throw Problem or Unreachable.
 *
 * @typedef {import("./types.js").File} File
 */
export class FileCalls {
  #api;

  /** @param {import("./api.js").Api} api */
  constructor(api) {
    this.#api = api;
  }

  /**
   * Announce a file; the answer says how to upload it.
   *
   * @param {{name: string, size: number, content_type: string, sha256?: string}} file
   * @returns {Promise<File & {upload: import("./types.js").UploadTarget}>}
   */
  create(file) {
    return this.#api.call("POST", "/files", file);
  }

  /** The bytes are there. @param {string} id @returns {Promise<File>} */
  complete(id) {
    return this.#api.call("POST", path`/files/${id}/complete`);
  }

  /** @param {string} id @returns {Promise<File>} */
  get(id) {
    return this.#api.call("GET", path`/files/${id}`);
  }

  /**
   * An address that opens the content without a token, for a while.
   *
   * @param {string} id
   * @param {"thumbnail"} [variant]
   * @returns {Promise<{url: string, expires_in: number}>}
   */
  link(id, variant) {
    return this.#api.call("GET", path`/files/${id}/link` + (variant ? `?variant=${variant}` : ""));
  }
}
