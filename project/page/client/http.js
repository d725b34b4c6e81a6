import { Problem, Unreachable } from "./problem.js";

const TIMEOUT_MS = 20_000;

/**
 * @typedef {object} Options
 * @property {string} [method]
 * @property {object} [body] a FormData goes as a form, all else as JSON
 * @property {string} [access]
 * @property {string} [device]
 * @property {number} [timeout] milliseconds
 * @property {boolean} [text] the answer is no JSON
 */

/**
 * One REST call.
 *
 * @param {string} url
 * @param {Options} [options]
 * @returns {Promise<any>} the answer's JSON, or null when there is none; or its text
 * @throws {Problem} when the server refused
 * @throws {Unreachable} when no answer came
 */
export async function request(url, options = {}) {
  const { method = "GET", body, access, device, timeout = TIMEOUT_MS } = options;
  const isForm = body instanceof FormData;
  /** @type {Record<string, string>} */
  const headers = { accept: "application/json" };
  if (body !== undefined && !isForm) headers["content-type"] = "application/json";
  if (access !== undefined) headers.authorization = `Bearer ${access}`;
  if (device !== undefined) headers["x-device"] = device;
  let response;
  let text;
  try {
    const signal = AbortSignal.timeout(timeout);
    const sent = isForm ? body : body && JSON.stringify(body);
    response = await fetch(url, { method, headers, body: sent, signal });
    text = await response.text();
  } catch (error) {
    throw new Unreachable(String(error));
  }
  if (response.ok && options.text) return text;
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
