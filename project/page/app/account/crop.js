import { h } from "../ui/dom.js";
import { field } from "../ui/forms.js";

/** Of the picture that is made; the server's thumbnails are no larger. */
const SIDE_PX = 512;
const MOST_ZOOM = 4;
/** Of the picture's side, per press of an arrow key. */
const KEY_STEP = 0.04;

/**
 * Let the person choose the square of a picture that others shall see.
 *
 * @param {Blob} file
 * @returns {Promise<Blob | null>} null when they have thought better of it
 * @throws {Error} with words for the person, when the browser cannot show it
 */
export async function cropped(file) {
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new Error("This is not a picture that your browser can show.");
  });
  const frame = new Frame(bitmap);
  const chosen = await asked(frame);
  const blob = chosen ? await frame.cut() : null;
  bitmap.close();
  return blob;
}

/** A square upon a picture, in the picture's pixels. */
class Frame {
  #bitmap;
  #zoom = 1;
  #x;
  #y;

  /** @param {ImageBitmap} bitmap */
  constructor(bitmap) {
    this.#bitmap = bitmap;
    this.#x = bitmap.width / 2;
    this.#y = bitmap.height / 2;
  }

  get side() {
    return Math.min(this.#bitmap.width, this.#bitmap.height) / this.#zoom;
  }

  /** @param {number} zoom 1 shows as much as there is */
  set zoom(zoom) {
    this.#zoom = zoom;
    this.move(0, 0);
  }

  /** @param {number} dx in sides of the square @param {number} dy */
  move(dx, dy) {
    const { width, height } = this.#bitmap;
    const half = this.side / 2;
    this.#x = between(half, this.#x + dx * this.side, width - half);
    this.#y = between(half, this.#y + dy * this.side, height - half);
  }

  /** @param {HTMLCanvasElement} canvas */
  drawOn(canvas) {
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    const { side } = this;
    context.fillStyle = "#ffffff"; // under what lets light through
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.imageSmoothingQuality = "high";
    const [left, top] = [this.#x - side / 2, this.#y - side / 2];
    context.drawImage(this.#bitmap, left, top, side, side, 0, 0, canvas.width, canvas.height);
  }

  /** @returns {Promise<Blob | null>} */
  cut() {
    const side = Math.max(1, Math.min(SIDE_PX, Math.round(this.side)));
    const canvas = h("canvas", { width: side, height: side });
    this.drawOn(canvas);
    return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.9));
  }
}

/** @param {Frame} frame @returns {Promise<boolean>} */
function asked(frame) {
  const canvas = h("canvas", {
    width: SIDE_PX,
    height: SIDE_PX,
    tabindex: 0,
    role: "img",
    "aria-label": "Your picture. Drag it, or move it with the arrow keys",
  });
  const draw = () => frame.drawOn(canvas);
  const zoom = field("zoom", "Zoom", { type: "range", min: 1, max: MOST_ZOOM, step: 0.01, value: 1 });
  const slider = /** @type {HTMLInputElement} */ (zoom.querySelector("input"));
  const dialog = h(
    "dialog",
    { class: "panel crop", "aria-label": "Choose the part to show" },
    h("h2", {}, "Choose the part to show"),
    h("div", { class: "crop-frame" }, canvas),
    h(
      "form",
      { method: "dialog" },
      zoom,
      h(
        "div",
        { class: "row end" },
        h("button", { class: "quiet", value: "no" }, "Cancel"),
        h("button", { class: "primary", value: "yes", autofocus: true }, "Use this"),
      ),
    ),
  );
  slider.addEventListener("input", () => {
    frame.zoom = Number(slider.value);
    draw();
  });
  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    slider.value = String(Number(slider.value) - event.deltaY / 400);
    slider.dispatchEvent(new Event("input"));
  });
  onMoved(canvas, (dx, dy) => {
    frame.move(dx, dy);
    draw();
  });
  draw();
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) =>
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    }),
  );
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {(dx: number, dy: number) => void} act in sides of the canvas, as the square moves
 */
function onMoved(canvas, act) {
  canvas.addEventListener("pointerdown", (event) => canvas.setPointerCapture(event.pointerId));
  canvas.addEventListener("pointermove", ({ pointerId, movementX, movementY }) => {
    if (!canvas.hasPointerCapture(pointerId)) return;
    act(-movementX / canvas.clientWidth, -movementY / canvas.clientHeight);
  });
  canvas.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const [dx, dy] = way[/** @type {keyof typeof way} */ (event.key)] ?? [0, 0];
    if (!dx && !dy) return;
    event.preventDefault();
    act(dx * KEY_STEP, dy * KEY_STEP);
  });
}

/** @param {number} least @param {number} value @param {number} most */
function between(least, value, most) {
  return Math.max(least, Math.min(value, most));
}
