import { path } from "./api.js";

/**
 * One's own account: passwords, addresses, ways in, devices, one's data, leaving. Everything here
 * throws Problem or Unreachable.
 *
 * @typedef {import("./types.js").Answered} Answered
 * @typedef {import("./types.js").Challenge} Challenge
 * @typedef {import("./types.js").Export} Export
 * @typedef {import("./types.js").Me} Me
 */
export class Account {
  #api;

  /** @param {import("./api.js").Api} api */
  constructor(api) {
    this.#api = api;
  }

  // Devices

  /** @returns {Promise<import("./types.js").Session[]>} this device first */
  async sessions() {
    return (await this.#api.call("GET", "/auth/sessions?limit=200")).results;
  }

  /** @param {string} session */
  endSession(session) {
    return this.#api.call("DELETE", path`/auth/sessions/${session}`);
  }

  endOtherSessions() {
    return this.#api.call("DELETE", "/auth/sessions");
  }

  // Ways in

  /**
   * All other devices are logged out.
   *
   * @param {{old_password: string, new_password: string}} passwords
   */
  changePassword(passwords) {
    return this.#api.call("POST", "/auth/password/change", passwords);
  }

  /** @param {string} email the new address, which gets a code @returns {Promise<Challenge>} */
  startEmail(email) {
    return this.#api.call("POST", "/me/email", { email });
  }

  /** @param {Answered} answer @returns {Promise<Me>} */
  finishEmail(answer) {
    return this.#api.call("POST", "/me/email/verify", answer);
  }

  /**
   * @param {{phone: string, region?: string}} number the new one, which gets a code
   * @returns {Promise<Challenge>}
   */
  startPhone(number) {
    return this.#api.call("POST", "/me/phone", number);
  }

  /** @param {Answered} answer @returns {Promise<Me>} */
  finishPhone(answer) {
    return this.#api.call("POST", "/me/phone/verify", answer);
  }

  /**
   * Add a provider's account as a way in.
   *
   * @param {{ticket: string} | {provider: string, user?: string} & import("./types.js").Proof} identity
   *   `user` is for whom it was fetched: it is refused if another one is logged in by now
   * @returns {Promise<Me>}
   */
  link(identity) {
    return this.#api.call("POST", "/me/identities", identity);
  }

  /** @param {string} provider refused with `last_identity` when it is the last way in */
  unlink(provider) {
    return this.#api.call("DELETE", path`/me/identities/${provider}`);
  }

  // Proving that it is oneself

  /**
   * A code to one's own address or number, as a proof.
   *
   * @returns {Promise<Challenge>}
   */
  askCode() {
    return this.#api.call("POST", "/auth/challenge");
  }

  /**
   * Linking and removing an identity takes a proof of the last five minutes; without one it is
   * refused with `forbidden` and the `reason` `reauthenticate`. Logging in is a proof, and so is
   * this.
   *
   * @param {{password: string} | Answered | {}} proof
   */
  prove(proof) {
    return this.#api.call("POST", "/auth/confirm", proof);
  }

  // One's data

  /** @returns {Promise<Export>} asking again soon brings the same one */
  requestExport() {
    return this.#api.call("POST", "/me/export");
  }

  /** @param {string} id @returns {Promise<Export>} */
  export(id) {
    return this.#api.call("GET", path`/me/export/${id}`);
  }

  // Leaving

  /**
   * @param {{password: string} | Answered | {}} proof that it is oneself; empty for somebody with
   *   no password, address or number, who must have logged in just before
   */
  leave(proof) {
    return this.#api.call("DELETE", "/me", proof);
  }
}
