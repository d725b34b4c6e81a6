import { request } from "./http.js";
import { Problem } from "./problem.js";

/** What is said of an access token, not of the session. */
const UNFIT = ["token_expired", "unauthenticated"];

/** REST with the session's token. */
export class Api {
  #base;
  #tokens;

  /**
   * @param {string} base such as `https://chat.example.com/api/v1`
   * @param {import("./tokens.js").Tokens} tokens
   */
  constructor(base, tokens) {
    this.#base = base;
    this.#tokens = tokens;
  }

  /**
   * A call that needs no session. The device says which it is, so that nobody who guesses codes
   * elsewhere can keep it out.
   *
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   * @param {number} [timeout] milliseconds
   */
  open(method, path, body, timeout) {
    return request(this.#base + path, { method, body, timeout, device: this.#tokens.device });
  }

  /**
   * A call of the person who is logged in. A token that is not taken is renewed and the call made
   * once more: whatever is wrong with it (its clock, the server's key), the session may be well. Only
   * the word that the session has ended ends it here. With a code goes the device.
   *
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   * @param {{timeout?: number, text?: boolean}} [options] see `request`
   */
  async call(method, path, body, options = {}) {
    const access = await this.#tokens.access();
    const device = body && "code" in body ? this.#tokens.device : undefined;
    try {
      return await request(this.#base + path, { ...options, method, body, access, device });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.ended) this.#end(access);
      if (error.ended || !UNFIT.includes(error.code)) throw error;
    }
    const renewed = await this.#tokens.renew(access);
    return request(this.#base + path, { ...options, method, body, access: renewed, device });
  }

  /** @param {string} access */
  #end(access) {
    if (this.#tokens.held?.access === access) this.#tokens.forget();
  }
}

/**
 * A path with its parts escaped: path`/chats/${chat}/read`.
 *
 * @param {TemplateStringsArray} strings
 * @param {...(string | number)} values
 */
export function path(strings, ...values) {
  return String.raw({ raw: strings }, ...values.map((value) => encodeURIComponent(value)));
}
