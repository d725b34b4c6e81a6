import { Problem, Unreachable } from "./problem.js";

const TIMEOUT_MS = 20_000;

/**
 * @typedef {object} Options
 * @property {string} [method]
 * @property {object} [body]
 * @property {string} [access]
 * @property {string} [device]
 * @property {number} [timeout] milliseconds
 */

/**
 * One REST call.
 *
 * @param {string} url
 * @param {Options} [options]
 * @returns {Promise<any>} the answer's JSON, or null when there is none
 * @throws {Problem} when the server refused
 * @throws {Unreachable} when no answer came
 */
export async function request(url, options = {}) {
  const { method = "GET", body, access, device, timeout = TIMEOUT_MS } = options;
  /** @type {Record<string, string>} */
  const headers = { accept: "application/json" };
  if (body !== undefined) headers["content-type"] = "application/json";
  if (access !== undefined) headers.authorization = `Bearer ${access}`;
  if (device !== undefined) headers["x-device"] = device;
  let response;
  let text;
  try {
    const signal = AbortSignal.timeout(timeout);
    response = await fetch(url, { method, headers, body: body && JSON.stringify(body), signal });
    text = await response.text();
  } catch (error) {
    throw new Unreachable(String(error));
  }
  const answer = parsed(text);
  if (response.ok) return answer;
  if (answer?.code) throw new Problem({ status: response.status, ...answer });
  // A proxy's own error page: the server behind it is away.
  if (response.status >= 500) throw new Unreachable(`HTTP ${response.status}`);
  throw new Problem({ code: "unknown", status: response.status, title: response.statusText });
}

/** @param {string} text */
function parsed(text) {
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}
