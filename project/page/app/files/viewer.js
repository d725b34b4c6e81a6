import { linked } from "../conversation/text.js";
import { nameOf } from "../people/names.js";
import { h } from "../ui/dom.js";
import { onSwipe } from "../ui/gestures.js";
import { icon } from "../ui/icons.js";
import { dayName, timeOfDay } from "../ui/words.js";
import { download, remoteImage } from "./content.js";
import { altOf, pictureOf } from "./pictures.js";

/**
 * @typedef {import("../../client/types.js").Message} Message
 * @typedef {import("../shell.js").Desk} Desk
 */

/**
 * The images of a chat in full size, beginning with one of them: arrows and swipes go on, Escape
 * leaves.
 *
 * @param {Desk} desk
 * @param {string} chat
 * @param {number} number
 */
export function openViewer(desk, chat, number) {
  const { confab } = desk;
  const { dialog, show } = frame(desk, step);
  const leaving = new AbortController();
  const { signal } = leaving;

  /** @param {number} [by] one further or one back */
  function draw(by = 0) {
    const images = confab.store.history(chat).list().filter(pictureOf);
    const now = images.findIndex((message) => message.number >= number);
    const place = Math.max(
      0,
      Math.min((now < 0 ? images.length - 1 : now) + by, images.length - 1),
    );
    const message = images[place];
    if (!message) return dialog.close(); // it was deleted, and there is no other
    number = message.number;
    show(message, place, images.length);
    preload(confab, [images[place + 1], images[place - 1]]);
  }

  /** @param {number} by */
  function step(by) {
    draw(by);
    if (by <= 0) confab.readOlder(chat).catch(() => {}); // there may be more before the first one
  }

  dialog.addEventListener("close", () => {
    leaving.abort();
    dialog.remove();
  });
  confab.addEventListener("change", () => draw(), { signal });
  confab.addEventListener("session", () => dialog.close(), { signal });
  document.body.append(dialog);
  dialog.showModal();
  step(0);
}

/**
 * @param {import("../../client/confab.js").Confab} confab
 * @param {(Message | undefined)[]} neighbours
 */
function preload({ files }, neighbours) {
  for (const message of neighbours) {
    const file = message && pictureOf(message);
    if (!files || !file || files.links.peek(file.id)) continue;
    const load = (/** @type {string} */ url) => void (new Image().src = url);
    files.links.get(file.id).then(load, () => {});
  }
}

/**
 * The dialog, and how to fill it.
 *
 * @param {Desk} desk
 * @param {(by: number) => void} step
 */
function frame(desk, step) {
  /** @type {Message | undefined} */
  let shown;
  const who = h("h2", { dir: "auto" });
  const when = h("p");
  const caption = h("p", { class: "viewer-caption", dir: "auto" });
  const stage = h("div", { class: "viewer-stage" });
  const back = round("Previous photo", "back", () => step(-1));
  const next = round("Next photo", "next", () => step(1));
  const save = round("Download", "download", () => shown?.file && download(desk, shown.file));
  const close = round("Close", "close", () => dialog.close());
  close.autofocus = true;
  const head = h("header", {}, h("div", { "aria-live": "polite" }, who, when), save, close);
  const dialog = h(
    "dialog",
    { class: "viewer", "aria-label": "Photos" },
    head,
    stage,
    caption,
    back,
    next,
  );
  dialog.addEventListener("keydown", ({ key }) => {
    if (key === "ArrowLeft" || key === "ArrowRight") step(key === "ArrowLeft" ? -1 : 1);
  });
  onSwipe(stage, step, () => dialog.close());

  /** @param {Message} message @param {number} place @param {number} count */
  function show(message, place, count) {
    const { created_at: at } = message;
    when.textContent = `${place + 1} of ${count} · ${dayName(at)}, ${timeOfDay(at)}`;
    back.setAttribute("aria-disabled", String(place === 0));
    next.setAttribute("aria-disabled", String(place === count - 1));
    if (message.number === shown?.number && message.text === shown.text) return;
    who.textContent = senderName(desk, message);
    caption.replaceChildren(...linked(message.text));
    if (message.number !== shown?.number) stage.replaceChildren(sheet(desk, message));
    shown = message;
  }
  return { dialog, show };
}

/** @param {Desk} desk @param {Message} message */
function senderName({ confab }, { chat, sender }) {
  return sender === confab.store.myId ? "You" : nameOf(confab.store.chat(chat)?.peer);
}

/** @param {string} label @param {Parameters<typeof icon>[0]} name @param {() => void} act */
function round(label, name, act) {
  const sides = { back: "round side", next: "round side to-next" };
  const side = sides[/** @type {"back" | "next"} */ (name)] ?? "round";
  return h("button", { class: side, "aria-label": label, title: label, onclick: act }, icon(name));
}

/**
 * The thumbnail, and over it the whole image as soon as it is there. A click shows it pixel by
 * pixel, another one whole.
 *
 * @param {Desk} desk
 * @param {Message} message
 */
function sheet(desk, message) {
  const file = pictureOf(message);
  if (!file) return "";
  const element = h(
    "div",
    { class: "sheet" },
    remoteImage(desk.confab, file.id, "thumbnail", ""),
    remoteImage(desk.confab, file.id, undefined, altOf(desk, message)),
  );
  element.style.setProperty("--width", `${file.width}px`);
  element.style.setProperty("--height", `${file.height}px`);
  element.addEventListener("click", ({ offsetX, offsetY }) => {
    const at = { x: offsetX / element.clientWidth, y: offsetY / element.clientHeight };
    element.classList.toggle("zoomed");
    const stage = /** @type {HTMLElement} */ (element.parentElement);
    stage.scrollTo(
      at.x * element.clientWidth - stage.clientWidth / 2,
      at.y * element.clientHeight - stage.clientHeight / 2,
    );
  });
  return element;
}
