import { withLock } from "./lock.js";
import { Problem } from "./problem.js";
import { onOtherTabs } from "./shelf.js";

const KEY = "confab.session";
const DEVICE = "confab.device";
const MARGIN_MS = 60_000;

/**
 * @typedef {object} Held
 * @property {string} access
 * @property {string} refresh
 * @property {string} user
 * @property {string} session
 * @property {number} expires_at milliseconds since 1970, by this machine's clock
 * @property {number} renew_at the same; early enough that no call meets an expired token
 */

/**
 * The session's tokens, shared by all tabs of this browser.
 *
 * A refresh token works once, so only one refresh may be under way in the whole browser: it runs
 * under a lock, and whoever waited for the lock finds the new tokens there.
 *
 * Events: `changed` when the session began or ended, here or in another tab.
 */
export class Tokens extends EventTarget {
  #shelf;
  #refresh;
  /** @type {Promise<string> | null} */
  #renewing = null;
  /** @type {string | undefined} */
  #user;

  /**
   * @param {import("./types.js").Shelf} shelf
   * @param {(refresh: string) => Promise<import("./types.js").TokenAnswer>} refresh
   */
  constructor(shelf, refresh) {
    super();
    this.#shelf = shelf;
    this.#refresh = refresh;
    this.#user = this.held?.user;
    onOtherTabs(KEY, () => this.#tell());
  }

  /** @returns {Held | null} */
  get held() {
    const text = this.#shelf.getItem(KEY);
    return text === null ? null : JSON.parse(text);
  }

  /**
   * An access token that will last a while.
   *
   * @returns {Promise<string>}
   * @throws {Problem} `unauthenticated` when nobody is logged in any more
   */
  async access() {
    const held = this.held;
    return held && Date.now() < held.renew_at ? held.access : this.renew(held?.access);
  }

  /**
   * A newer access token than `stale`, which the server no longer takes or soon will not.
   *
   * @param {string | undefined} stale
   * @returns {Promise<string>}
   */
  renew(stale) {
    this.#renewing ??= withLock(KEY, () => this.#renewUnlessDone(stale)).finally(() => {
      this.#renewing = null;
    });
    return this.#renewing;
  }

  /** What the server knows this browser by, whoever is logged in; it outlives every session. */
  get device() {
    return this.#shelf.getItem(DEVICE) ?? undefined;
  }

  /** @param {import("./types.js").TokenAnswer} answer */
  keep({ access, refresh, expires_in, session, user, device }) {
    if (device) this.#shelf.setItem(DEVICE, device);
    const life = expires_in * 1000;
    const expires_at = Date.now() + life;
    const renew_at = expires_at - Math.min(MARGIN_MS, life / 3);
    const held = { access, refresh, user: user.id, session, expires_at, renew_at };
    this.#shelf.setItem(KEY, JSON.stringify(held));
    this.#tell();
    return access;
  }

  forget() {
    this.#shelf.removeItem(KEY);
    this.#tell();
  }

  /** @param {string | undefined} stale */
  async #renewUnlessDone(stale) {
    const held = this.held;
    if (held === null) throw loggedOut();
    if (held.access !== stale) return held.access;
    try {
      return this.keep(await this.#refresh(held.refresh));
    } catch (error) {
      if (error instanceof Problem && error.status === 401) return this.#refused(held);
      throw error;
    }
  }

  /** @param {Held} tried */
  #refused(tried) {
    const held = this.held;
    // Without Web Locks another tab may have been first.
    if (held !== null && held.refresh !== tried.refresh) return held.access;
    this.forget();
    throw loggedOut();
  }

  #tell() {
    const user = this.held?.user;
    if (user === this.#user) return;
    this.#user = user;
    this.dispatchEvent(new Event("changed"));
  }
}

function loggedOut() {
  return new Problem({ code: "unauthenticated", status: 401, title: "Nobody is logged in" });
}
