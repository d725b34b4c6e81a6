import { withLock } from "./lock.js";
import { sleep } from "./patiently.js";
import { Problem, Unreachable } from "./problem.js";
import { onOtherTabs } from "./shelf.js";

const KEY = "confab.session";
const DEVICE = "confab.device";
const MARGIN_MS = 60_000;
/** A refresh whose answer is lost is repeated at once, while the server takes its token again. */
const REFRESHES = 3;
/** What a tab stored another one sees a moment later, though it has the lock already. */
const SEEN_MS = 100;

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
    return parsed(this.#shelf.getItem(KEY));
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

  /** @param {string} [session] only if it is still this one */
  forget(session = this.held?.session) {
    if (this.held?.session !== session) return;
    this.#shelf.removeItem(KEY);
    this.#tell();
  }

  /** @param {string | undefined} stale */
  async #renewUnlessDone(stale) {
    await sleep(SEEN_MS);
    const held = this.held;
    if (held === null) throw loggedOut();
    if (held.access !== stale) return held.access;
    try {
      const answer = await this.#refreshed(held.refresh);
      return this.held?.refresh === held.refresh ? this.keep(answer) : this.#overtaken(held);
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== "unauthenticated") throw error;
      if (this.held?.refresh !== held.refresh) return this.#overtaken(held);
      this.forget();
      throw error;
    }
  }

  /** @param {string} refresh @returns {Promise<import("./types.js").TokenAnswer>} */
  async #refreshed(refresh) {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#refresh(refresh);
      } catch (error) {
        if (!(error instanceof Unreachable) || tries === REFRESHES) throw error;
      }
    }
  }

  /**
   * Somebody has logged in or out while the answer was on its way, or (without Web Locks) another
   * tab was first. What stands now stays; nobody acts with the token of somebody else.
   *
   * @param {Held} tried
   */
  #overtaken(tried) {
    const held = this.held;
    if (held?.session !== tried.session) throw loggedOut();
    return held.access;
  }

  #tell() {
    const user = this.held?.user;
    if (user === this.#user) return;
    this.#user = user;
    this.dispatchEvent(new Event("changed"));
  }
}

/** @param {string | null} text @returns {Held | null} */
function parsed(text) {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return null; // not ours, or cut off
  }
}

function loggedOut() {
  return new Problem({ code: "unauthenticated", status: 401, title: "Nobody is logged in" });
}
