import { Problem, Stalled, Unreachable } from "./problem.js";

/** Much longer than a slow line takes for what a machine's buffers hold. */
const STALL_MS = 60_000;

/**
 * Bring the bytes to where the server said, which may be another machine.
 *
 * XMLHttpRequest, because fetch tells no progress of what it sends.
 *
 * @param {import("./types.js").UploadTarget} target
 * @param {Blob} blob
 * @param {{signal: AbortSignal, progress: (sent: number) => void}} options `sent` in bytes
 * @returns {Promise<void>}
 * @throws {Problem} when the store refused
 * @throws {Stalled} when nothing moved for a minute, neither bytes nor the answer to them
 * @throws {Unreachable} when the connection broke, or `signal` ended it
 */
export function transfer({ method, url, fields, headers = {} }, blob, { signal, progress }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let watch;
    const moved = () => {
      clearTimeout(watch);
      watch = setTimeout(() => {
        reject(new Stalled("the upload stands still"));
        request.abort();
      }, STALL_MS);
    };
    request.upload.onprogress = ({ loaded }) => {
      moved();
      progress(Math.min(loaded, blob.size));
    };
    request.onload = () =>
      request.status < 300 ? resolve() : reject(refusal(request.status, request.responseText));
    request.onerror = () => reject(new Unreachable("the upload was cut off"));
    request.onabort = () => reject(new Unreachable("the upload was cancelled"));
    if (signal.aborted) return request.onabort(new ProgressEvent("abort"));
    const abort = () => request.abort();
    signal.addEventListener("abort", abort);
    request.onloadend = () => {
      clearTimeout(watch);
      signal.removeEventListener("abort", abort);
    };
    moved();
    request.send(fields ? form(fields, blob) : blob);
  });
}

/** @param {Record<string, string>} fields @param {Blob} blob goes last, as S3 wants it */
function form(fields, blob) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append("file", blob);
  return form;
}

/** @param {number} status @param {string} text JSON from this server, XML from S3 */
function refusal(status, text) {
  const known = { code: "unknown", status, title: "The upload was refused" };
  try {
    return new Problem({ ...known, ...JSON.parse(text) });
  } catch {
    return new Problem(known);
  }
}
