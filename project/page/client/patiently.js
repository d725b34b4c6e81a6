import { Backoff } from "./backoff.js";
import { Problem, Stalled } from "./problem.js";

const STALLS = 3;

/**
 * Make a call that has the same effect twice as once; again after a while, and for ever, if the server
 * says that it cannot now. A connection that is gone is tried `tries` times: whoever calls knows when
 * it is back. Of one that stands still nobody else hears, so it is tried three times.
 *
 * @template T
 * @param {() => Promise<T>} call
 * @param {{signal: AbortSignal, tries?: number}} options `signal` ends it
 * @returns {Promise<T>}
 */
export async function patiently(call, { signal, tries: most = 3 }) {
  const backoff = new Backoff();
  for (let tries = 1; ; tries += 1) {
    try {
      return await call();
    } catch (error) {
      const enough = error instanceof Stalled ? STALLS : most;
      const final = error instanceof Problem ? !error.passing : tries >= enough;
      if (final || signal.aborted) throw error;
      const asked = error instanceof Problem ? (error.retryAfter ?? 0) * 1000 : 0;
      const ms = Math.max(asked, backoff.next());
      await rest(ms, signal);
      signal.throwIfAborted();
    }
  }
}

/** @param {number} ms @param {AbortSignal} signal ends it early */
export function rest(ms, signal) {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve(undefined);
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
  });
}

/** @param {number} ms */
export function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
