const FLASH_MS = 1600;

/**
 * Bring a message before the person's eyes, and the focus to it.
 *
 * @param {HTMLElement} list of the lines
 * @param {number} number
 * @returns {boolean} false when it is not in the list
 */
export function showLine(list, number) {
  const line = list.querySelector(`[data-number="${number}"]`);
  if (!line) return false;
  line.scrollIntoView({ block: "center" });
  line.classList.add("flash");
  setTimeout(() => line.classList.remove("flash"), FLASH_MS);
  const button = /** @type {HTMLElement | null} */ (line.querySelector(".tools button"));
  button?.focus({ preventScroll: true });
  return true;
}
