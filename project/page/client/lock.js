/** @type {Map<string, Promise<unknown>>} */
const inThisPage = new Map();

/**
 * Run `work` while no other tab of this browser runs work under the same name.
 *
 * Web Locks need a secure context (https or localhost). Elsewhere this holds within the page alone,
 * which is safe all the same: the server answers the same refresh token or `client_id` twice alike.
 *
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export function withLock(name, work) {
  const locks = globalThis.navigator?.locks;
  if (locks) return /** @type {Promise<T>} */ (locks.request(name, work));
  const done = (inThisPage.get(name) ?? Promise.resolve()).then(work, work);
  inThisPage.set(name, done);
  return done;
}
