import { Backoff } from "./backoff.js";
import { Problem } from "./problem.js";

const TRIES = 3;

/**
 * Make a call that has the same effect twice as once; again after a while if it fails for no fault
 * of its own.
 *
 * @template T
 * @param {() => Promise<T>} call
 * @returns {Promise<T>}
 */
export async function patiently(call) {
  const backoff = new Backoff();
  for (let tries = 1; ; tries += 1) {
    try {
      return await call();
    } catch (error) {
      if ((error instanceof Problem && !error.passing) || tries === TRIES) throw error;
      const asked = error instanceof Problem ? (error.retryAfter ?? 0) * 1000 : 0;
      const ms = Math.max(asked, backoff.next());
      await new Promise((resolve) => setTimeout(resolve, ms));
    }
  }
}
