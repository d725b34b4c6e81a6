import { path } from "./api.js";

const PAGE = 100;

/**
 * What happened: reading the feed further, marking, what one wants to hear of, and where one is
 * pushed to. The items themselves are in `store.items`. Everything throws Problem or Unreachable.
 *
 * @typedef {import("./types.js").Preferences} Preferences
 */
export class Feed {
  #api;
  #store;
  /** @type {Promise<void> | null} */
  #reading = null;

  /**
   * @param {import("./api.js").Api} api
   * @param {() => import("./store.js").Store} store the present one
   */
  constructor(api, store) {
    this.#api = api;
    this.#store = store;
  }

  // Items

  /**
   * Read more of the list, where `store.items.hasMore` says that there is more.
   *
   * @returns {Promise<void>}
   */
  readMore() {
    this.#reading ??= this.#readPage(this.#store()).finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  /** @param {import("./store.js").Store} store */
  async #readPage(store) {
    const { epoch, pts, items } = store;
    if (!items.hasMore) return;
    const query = `?limit=${PAGE}` + (items.from ? path`&cursor=${items.from}` : "");
    const page = await this.#api.call("GET", `/feed${query}`);
    if (store.epoch === epoch) store.holdItems(page, pts);
  }

  /**
   * All up to this item were shown. What has come since this device was last told stays unseen.
   *
   * @param {string} item
   * @returns {Promise<import("./types.js").Counts["feed"]>}
   */
  markSeen(item) {
    return this.#api.call("POST", "/feed/seen", { up_to: item, pts: this.#store().pts });
  }

  /** @param {string[]} ids at most 200 */
  markRead(ids) {
    return this.#api.call("POST", "/feed/read", { ids });
  }

  /** All up to this item were read. @param {string} item */
  markReadUpTo(item) {
    return this.#api.call("POST", "/feed/read", { up_to: item, pts: this.#store().pts });
  }

  /** Put an item away; a new event of its group brings it back. @param {string} item */
  archive(item) {
    return this.#api.call("DELETE", path`/feed/${item}`);
  }

  /**
   * Why an item was pushed or mailed, or was not.
   *
   * @param {string} item
   * @returns {Promise<import("./types.js").Delivery[]>} the newest event first
   */
  async deliveries(item) {
    return (await this.#api.call("GET", path`/feed/${item}/deliveries`)).results;
  }

  // What one wants to hear of

  /** @returns {Promise<Preferences>} */
  preferences() {
    return this.#api.call("GET", "/feed/preferences");
  }

  /**
   * What is left out goes back to its default.
   *
   * @param {Partial<Preferences>} preferences
   * @returns {Promise<Preferences>}
   */
  replacePreferences(preferences) {
    return this.#api.call("PUT", "/feed/preferences", preferences);
  }

  // Where one is pushed to

  /** @returns {Promise<import("./types.js").Device[]>} */
  async devices() {
    return (await this.#api.call("GET", "/devices")).results;
  }

  /**
   * The key for `pushManager.subscribe`. Refused with `not_found` where the server has no Web Push.
   *
   * @returns {Promise<string>}
   */
  async vapidKey() {
    return (await this.#api.call("GET", "/devices/vapid")).public_key;
  }

  /**
   * Push to this browser as long as this session lasts.
   *
   * @param {PushSubscription} subscription
   * @returns {Promise<import("./types.js").Device>}
   */
  addBrowser(subscription) {
    const body = { platform: "web", subscription: subscription.toJSON() };
    return this.#api.call("POST", "/devices", body);
  }

  /** @param {string} device */
  removeDevice(device) {
    return this.#api.call("DELETE", path`/devices/${device}`);
  }
}
