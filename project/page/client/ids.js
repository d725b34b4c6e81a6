/**
 * A name for a message that nobody else will ever use, so that sending it again has no second
 * effect.
 *
 * @returns {string}
 */
export function newClientId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  // randomUUID exists in secure contexts only; this is the same 128 random bits.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
