const FIRST_MS = 500;
const MOST_MS = 30_000;
const STABLE_MS = 60_000;

/**
 * How long to wait before the next try: full jitter, `random(0, min(30 s, 0.5 s · 2ⁿ))`, so that
 * the clients of a restarted server do not come back in step. A connection that held for a minute
 * starts the count anew.
 */
export class Backoff {
  #tries = 0;
  #random;

  /** @param {() => number} [random] 0 ≤ x < 1 */
  constructor(random = Math.random) {
    this.#random = random;
  }

  /** @returns {number} milliseconds */
  next() {
    const ceiling = Math.min(MOST_MS, FIRST_MS * 2 ** this.#tries);
    this.#tries += 1;
    return this.#random() * ceiling;
  }

  /** @param {number} ms how long the connection that has just ended had held */
  held(ms) {
    if (ms >= STABLE_MS) this.#tries = 0;
  }
}
