import { path } from "./api.js";

/**
 * Finding what one may read. Everything throws Problem or Unreachable.
 *
 * @typedef {import("./types.js").SearchAnswer} SearchAnswer
 * @typedef {import("./types.js").Suggestion} Suggestion
 */
export class Search {
  #api;

  /** @param {import("./api.js").Api} api */
  constructor(api) {
    this.#api = api;
  }

  /**
   * A page of what is found.
   *
   * @param {string} q in the grammar of search; not empty
   * @param {object} [options]
   * @param {string} [options.in] kinds, joined by commas: `messages,people,files,contacts`
   * @param {"relevance" | "newest"} [options.sort]
   * @param {string} [options.cursor] `next` of the page before; the other options stay as they were
   * @param {string} [options.tz] days in `q` are days there, as `Europe/Vienna`; UTC otherwise
   * @param {number} [options.limit] at most 200
   * @returns {Promise<SearchAnswer>}
   */
  find(q, options = {}) {
    const given = Object.entries(options).filter(([, value]) => value !== undefined);
    const query = given.map(([name, value]) => path`&${name}=${value}`).join("");
    return this.#api.call("GET", path`/search?q=${q}` + query);
  }

  /**
   * How the text may go on. A `value` takes the place of its last word; of a `recent` one, of all.
   *
   * @param {string} q
   * @returns {Promise<Suggestion[]>}
   */
  async suggest(q) {
    return (await this.#api.call("GET", path`/search/suggest?q=${q}`)).results;
  }

  /**
   * My private tags, and the hashtags of what I may read.
   *
   * @returns {Promise<{tag: string, kind: "private" | "hashtag", count: number}[]>}
   */
  async tags() {
    return (await this.#api.call("GET", "/tags")).results;
  }
}
