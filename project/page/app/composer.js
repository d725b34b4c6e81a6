import { h } from "./dom.js";
import { extras } from "./extras.js";
import { icon } from "./icons.js";
import { attempt } from "./overlays.js";

const TYPING_EVERY_MS = 3000;
const LONGEST = 16_000;
/**
 * What was begun in each chat and not sent yet. @type {Map<string, string>}
 *
 */
const drafts = new Map();

/**
 * @typedef {import("../client/types.js").Message} Message
 * @typedef {import("./shell.js").Desk} Desk
 */

/**
 * Where one writes a message, or changes one.
 *
 * @param {Desk} desk
 * @param {string} chat
 */
export function composer(desk, chat) {
  const { confab } = desk;
  const text = h("textarea", {
    rows: 1,
    placeholder: "Message",
    "aria-label": "Message",
    maxlength: LONGEST,
    enterkeyhint: "send",
  });
  const send = h("button", { class: "round send", "aria-label": "Send" }, icon("send"));
  const editing = h(
    "div",
    { class: "editing", hidden: true },
    icon("edit"),
    h("span", {}, "Edit message"),
    h(
      "button",
      { type: "button", class: "round", "aria-label": "Stop editing", onclick: () => edit(null) },
      icon("close"),
    ),
  );
  const besides = extras(desk, chat, () => text.focus());
  const element = h(
    "form",
    { class: "composer" },
    editing,
    besides.element,
    h("span", { class: "beside" }, besides.button),
    text,
    send,
  );
  const typing = typist(confab, chat);
  /** @type {Message | null} */
  let edited = null;
  text.value = drafts.get(chat) ?? "";

  /** @param {Message | null} message to change, or null to write a new one */
  function edit(message) {
    if (message && !edited) drafts.set(chat, text.value);
    edited = message;
    editing.hidden = message === null;
    element.classList.toggle("edits", message !== null);
    text.value = message ? message.text : (drafts.get(chat) ?? "");
    text.focus();
    draw();
  }

  async function submit() {
    const written = text.value.trim();
    if (!written) return;
    typing.stop();
    if (!edited) {
      confab.send(chat, written, besides.take());
      text.value = "";
      drafts.delete(chat);
    } else if (
      written === edited.text ||
      (await attempt(confab.calls.edit(chat, edited.number, written)))
    ) {
      edit(null);
    }
    draw();
  }

  function draw() {
    send.disabled = !text.value.trim();
    text.style.height = "auto";
    text.style.height = `${text.scrollHeight}px`;
  }

  text.addEventListener("input", () => {
    if (!edited) drafts.set(chat, text.value);
    if (!edited) typing.typed(text.value !== "");
    draw();
  });
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && !coarse()) {
      event.preventDefault();
      submit();
    } else if (event.key === "Escape" && edited) edit(null);
    else if (event.key === "Escape" && besides.replying) besides.reply(null);
    else if (event.key === "ArrowUp" && !text.value) edit(lastOfMine(confab, chat));
  });
  element.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
    text.focus();
  });
  const focus = () => coarse() || text.focus();
  /** @param {Message} message to answer */
  function reply(message) {
    if (edited) edit(null);
    besides.reply(message);
  }
  return { element, draw, edit, reply, focus, leave: typing.stop };
}

/** Where the finger points, Enter makes a new line and the button sends. */
function coarse() {
  return matchMedia("(pointer: coarse)").matches;
}

/** @param {import("../client/confab.js").Confab} confab @param {string} chat */
function lastOfMine(confab, chat) {
  const { store } = confab;
  return (
    store
      .history(chat)
      .list()
      .findLast((message) => message.sender === store.myId && !message.deleted) ?? null
  );
}

/**
 * Tells the other now and then, not with each key.
 *
 * @param {import("../client/confab.js").Confab} confab
 * @param {string} chat
 */
function typist(confab, chat) {
  let toldAt = 0;
  const stop = () => {
    if (toldAt) confab.typing(chat, false);
    toldAt = 0;
  };
  const typed = (/** @type {boolean} */ something) => {
    if (!something) return stop();
    if (Date.now() - toldAt < TYPING_EVERY_MS) return;
    toldAt = Date.now();
    confab.typing(chat, true);
  };
  return { typed, stop };
}
