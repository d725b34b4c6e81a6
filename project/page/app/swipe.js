const FAR_PX = 60;

/**
 * What a finger does to a picture: to the left the next one, to the right the one before, down
 * away. The picture follows the finger.
 *
 * @param {HTMLElement} element
 * @param {(by: number) => void} step
 * @param {() => void} away
 */
export function onSwipe(element, step, away) {
  /** @type {{x: number, y: number} | null} */
  let from = null;
  const far = (/** @type {PointerEvent} */ event) =>
    from ? { x: event.clientX - from.x, y: event.clientY - from.y } : { x: 0, y: 0 };
  const follow = (/** @type {string} */ translate) => (element.style.translate = translate);

  element.addEventListener("pointerdown", (event) => {
    const one = event.pointerType === "touch" && event.isPrimary;
    from =
      one && element.scrollWidth <= element.clientWidth
        ? { x: event.clientX, y: event.clientY }
        : null;
  });
  element.addEventListener("pointermove", (event) => {
    const { x, y } = far(event);
    if (from) follow(Math.abs(x) > Math.abs(y) ? `${x}px` : `0 ${Math.max(0, y)}px`);
  });
  element.addEventListener("pointerup", (event) => {
    const { x, y } = far(event);
    from = null;
    follow("");
    if (Math.abs(x) > Math.max(FAR_PX, Math.abs(y))) step(x < 0 ? 1 : -1);
    else if (y > 2 * FAR_PX) away();
  });
  element.addEventListener("pointercancel", () => {
    from = null;
    follow("");
  });
}
