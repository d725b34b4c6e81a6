import { path } from "./api.js";

/**
 * What one does with a message that is there. Everything throws Problem or Unreachable.
 *
 * @typedef {import("./types.js").Message} Message
 */
export class Messages {
  #api;
  #store;

  /**
   * @param {import("./api.js").Api} api
   * @param {() => import("./store.js").Store} store the present one
   */
  constructor(api, store) {
    this.#api = api;
    this.#store = store;
  }

  /**
   * Put my reaction on a message, or take it away. Both people see it.
   *
   * @param {Message} message
   * @param {string} emoji
   * @param {boolean} on
   */
  react({ chat, number }, emoji, on) {
    const asEmoji = emoji.replaceAll("\ufe0e", "\ufe0f"); // not the letter that some keyboards mean
    return this.#put(path`/chats/${chat}/messages/${number}/reactions/${asEmoji}`, on);
  }

  /**
   * Put a tag on a message, or take it away. Only I see it.
   *
   * @param {Message} message
   * @param {string} tag at most 64 characters
   * @param {boolean} on
   */
  tag({ chat, number }, tag, on) {
    return this.#put(path`/chats/${chat}/messages/${number}/tags/${tag}`, on);
  }

  /**
   * Each target has its own outcome. The same `client_id` again has no second effect.
   *
   * @param {Message} message
   * @param {{chat: string, client_id: string}[]} targets at most five
   * @returns {Promise<import("./types.js").Forwarded[]>}
   */
  async forward({ chat, number }, targets) {
    const forward = path`/chats/${chat}/messages/${number}/forward`;
    return (await this.#api.call("POST", forward, { targets })).results;
  }

  /**
   * Trigger a message's action in the application around the chat.
   *
   * @param {Message} message
   * @param {Record<string, any>} [params]
   */
  act({ chat, number }, params) {
    const action = path`/chats/${chat}/messages/${number}/action`;
    return this.#api.call("POST", action, params ? { params } : {});
  }

  /**
   * Show the answer at once. What was told while it was under way may be newer.
   *
   * @param {string} label the path of what is put on a message
   * @param {boolean} on
   */
  async #put(label, on) {
    const store = this.#store();
    const { pts } = store;
    const message = await this.#api.call(on ? "PUT" : "DELETE", label);
    store.holdMessage(message, pts);
  }
}
