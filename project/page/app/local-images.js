/**
 * Images that are on their way, as this browser has them: in the tray, and in the conversation
 * until the server's own thumbnail is there.
 *
 * @typedef {{url: string, width: number, height: number}} LocalImage pixels, upright
 */

/** By the name of the message that carries it. @type {Map<string, LocalImage>} */
const held = new Map();

/** @param {string} id @returns {LocalImage | undefined} */
export function localImage(id) {
  return held.get(id);
}

/**
 * @param {string} id
 * @param {Blob} blob
 * @returns {Promise<LocalImage | undefined>} nothing when it is no image, or none that can be shown
 */
export async function keepLocalImage(id, blob) {
  if (!blob.type.startsWith("image/") || blob.type.includes("svg")) return undefined;
  const url = URL.createObjectURL(blob);
  const image = new Image();
  image.src = url;
  try {
    await image.decode();
  } catch {
    URL.revokeObjectURL(url);
    return undefined;
  }
  dropLocalImage(id);
  const preview = { url, width: image.naturalWidth, height: image.naturalHeight };
  held.set(id, preview);
  return preview;
}

/** @param {string} id */
export function dropLocalImage(id) {
  const preview = held.get(id);
  if (preview) URL.revokeObjectURL(preview.url);
  held.delete(id);
}
