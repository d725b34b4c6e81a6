const LONG_MS = 450;
const STILL_PX = 10;
/** Within this time after a finger was lifted its tap is reported, if at all. */
const TAP_MS = 100;

/**
 * Call `act` for whatever asks for a menu: the right button, the menu key, or a long press, which
 * not every phone reports as one.
 *
 * @param {HTMLElement} element
 * @param {(at: {x: number, y: number}) => void} act
 */
export function onMenuWish(element, act) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let from = { x: 0, y: 0 };
  let pressed = false;
  const cancel = () => clearTimeout(timer);

  element.addEventListener("contextmenu", (event) => {
    if (getSelection()?.toString()) return; // somebody wants to copy a part
    event.preventDefault();
    cancel();
    if (!pressed) act({ x: event.clientX, y: event.clientY });
  });
  element.addEventListener("pointerdown", (event) => {
    pressed = false;
    if (event.pointerType !== "touch") return;
    from = { x: event.clientX, y: event.clientY };
    timer = setTimeout(() => {
      pressed = true;
    }, LONG_MS);
  });
  element.addEventListener("pointermove", ({ clientX, clientY }) => {
    if (Math.hypot(clientX - from.x, clientY - from.y) <= STILL_PX) return;
    cancel();
    pressed = false;
  });
  const open = (/** @type {number} */ after) => {
    cancel();
    timer = setTimeout(() => act(from), after);
  };
  // Not sooner than the tap that some browsers report then: it would close the menu again.
  const lifted = () => (pressed ? open(TAP_MS) : cancel());
  element.addEventListener("pointerup", lifted);
  element.addEventListener("pointercancel", lifted);
  // The tap at the end of a long press must not follow a link or press a button.
  const tapped = (/** @type {MouseEvent} */ event) => {
    if (!pressed || event.detail === 0) return;
    event.preventDefault();
    event.stopPropagation();
    open(0);
  };
  element.addEventListener("click", tapped, true);
}

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
