/** A link is not given out any more when it has less than this to live. */
const MARGIN_MS = 30_000;

/** @typedef {"thumbnail" | undefined} Variant */

/** Links to the content of files, each asked for once while it lives. */
export class Links {
  #calls;
  /** @type {Map<string, {url: string, until: number}>} */
  #held = new Map();
  /** @type {Map<string, Promise<string>>} */
  #asked = new Map();

  /** @param {Pick<import("./file-calls.js").FileCalls, "link">} calls */
  constructor(calls) {
    this.#calls = calls;
  }

  /**
   * The link, if one is known that still lives a while.
   *
   * @param {string} id
   * @param {Variant} [variant]
   * @returns {string | undefined}
   */
  peek(id, variant) {
    const held = this.#held.get(keyOf(id, variant));
    return held && Date.now() < held.until ? held.url : undefined;
  }

  /**
   * @param {string} id
   * @param {Variant} [variant]
   * @returns {Promise<string>}
   */
  get(id, variant) {
    const known = this.peek(id, variant);
    if (known !== undefined) return Promise.resolve(known);
    const key = keyOf(id, variant);
    const asked = this.#asked.get(key) ?? this.#ask(id, variant);
    this.#asked.set(key, asked);
    return asked;
  }

  /**
   * It did not work: the next `get` asks the server.
   *
   * @param {string} id
   * @param {Variant} [variant]
   */
  drop(id, variant) {
    this.#held.delete(keyOf(id, variant));
  }

  /** @param {string} id @param {Variant} variant */
  async #ask(id, variant) {
    const key = keyOf(id, variant);
    try {
      const { url, expires_in } = await this.#calls.link(id, variant);
      const life = expires_in * 1000;
      this.#held.set(key, { url, until: Date.now() + life - Math.min(MARGIN_MS, life / 3) });
      return url;
    } finally {
      this.#asked.delete(key);
    }
  }
}

/** @param {string} id @param {Variant} variant */
function keyOf(id, variant) {
  return `${id} ${variant ?? ""}`;
}
