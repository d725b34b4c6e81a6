/** Larger files would have to be held in memory whole; the server reckons for itself anyway. */
const MOST_BYTES = 32 * 1024 * 1024;

/**
 * SHA-256 in lower-case hex, so that the server notices what was damaged on the way. Undefined for
 * large files, and without https, where browsers do not reckon it.
 *
 * @param {Blob} blob
 * @returns {Promise<string | undefined>}
 * @throws {DOMException} when the file can no longer be read
 */
export async function digest(blob) {
  if (blob.size > MOST_BYTES || !globalThis.crypto?.subtle) return undefined;
  const sum = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
  return Array.from(new Uint8Array(sum), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
