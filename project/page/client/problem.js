/** The server refused. `code` comes from the documented list and never changes its meaning. */
export class Problem extends Error {
  /** @param {import("./types.js").ProblemBody} body */
  constructor(body) {
    super(body.detail || body.title || body.code);
    this.name = "Problem";
    this.body = body;
    this.code = body.code;
    this.status = body.status;
    /** Seconds to wait before trying again, if the server said so. */
    this.retryAfter = body.retry_after;
  }

  /** Whether the session is over, rather than a token no good. */
  get ended() {
    return this.code === "unauthenticated" && this.body.reason === "revoked";
  }

  /** Whether the same request may succeed later without anybody changing it. */
  get passing() {
    return this.status === 429 || this.status >= 500;
  }
}

/** No answer came: whether the request had an effect is unknown. */
export class Unreachable extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = "Unreachable";
  }
}

/** The connection is open and nothing moves on it. */
export class Stalled extends Unreachable {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = "Stalled";
  }
}
