import { h, isComposing } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { attempt } from "../ui/overlays.js";
import { extras } from "./extras.js";
import { tray } from "./tray.js";

const TYPING_EVERY_MS = 3000;
const LONGEST = 16_000;

/**
 * @typedef {import("../../client/types.js").Message} Message
 * @typedef {import("../shell.js").Desk} Desk
 */

/**
 * Where one writes a message, or changes one.
 *
 * @param {Desk} desk
 * @param {string} chat
 * @param {() => void} sent called after each message that was queued
 */
export function composer(desk, chat, sent) {
  const { confab } = desk;
  const { drafts } = confab;
  const text = h("textarea", {
    rows: 1,
    dir: "auto",
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
  const files = tray(desk, chat, () => draw());
  const attach = attachButton(files.add);
  const besides = extras(desk, chat, () => text.focus());
  const element = h(
    "form",
    { class: "composer" },
    files.element,
    editing,
    besides.element,
    h("span", { class: "beside" }, attach.element, besides.button),
    text,
    send,
  );
  const typing = typist(confab, chat);
  /** @type {Message | null} */
  let edited = null;
  text.value = drafts?.get(chat) ?? "";

  /** @param {Message | null} message to change, or null to write a new one */
  function edit(message) {
    if (message && !edited) drafts?.set(chat, text.value);
    edited = message;
    editing.hidden = message === null;
    element.classList.toggle("edits", message !== null);
    text.value = message ? message.text : (drafts?.get(chat) ?? "");
    text.focus();
    draw();
  }

  async function submit() {
    const written = text.value.trim();
    if (!written && !(files.sendable && !edited)) return;
    typing.stop();
    if (!edited) {
      dispatch(written);
      sent();
      text.value = "";
      drafts?.set(chat, "");
    } else if (
      written === edited.text ||
      (await attempt(confab.calls.edit(chat, edited.number, written)))
    ) {
      edit(null);
    }
    draw();
  }

  /** @param {string} written the text, or the caption of the first file */
  function dispatch(written) {
    const { reply_to, ...always } = besides.take();
    const [first, ...others] = files.take();
    if (!first) return confab.send(chat, written, { reply_to, ...always });
    const { id, ...size } = first;
    confab.files?.send(chat, id, written, { ...size, reply_to, ...always });
    for (const { id, ...size } of others) confab.files?.send(chat, id, "", { ...size, ...always });
  }

  function draw() {
    files.draw();
    if (edited) files.element.hidden = true;
    attach.element.hidden = edited !== null;
    const caption = !edited && files.sendable > 0;
    text.placeholder = caption ? "Add a caption" : "Message";
    send.disabled = !text.value.trim() && !caption;
    text.style.height = "auto";
    text.style.height = `${text.scrollHeight}px`;
  }

  text.addEventListener("input", () => {
    if (!edited) drafts?.set(chat, text.value);
    if (!edited) typing.typed(text.value !== "");
    draw();
  });
  text.addEventListener("keydown", (event) => {
    if (isComposing(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !coarse()) {
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
  /** @param {File[]} chosen */
  async function add(chosen) {
    await files.add(chosen);
    focus();
  }
  /** @param {Message} message to answer */
  function reply(message) {
    if (edited) edit(null);
    besides.reply(message);
  }
  return { element, draw, edit, reply, add, focus, leave: typing.stop };
}

/** @param {(files: File[]) => void} take */
function attachButton(take) {
  const input = h("input", { type: "file", multiple: true, hidden: true, tabindex: -1 });
  input.addEventListener("change", () => {
    take([...(input.files ?? [])]);
    input.value = ""; // the same file may be chosen again
  });
  const button = h(
    "button",
    {
      type: "button",
      class: "round",
      "aria-label": "Attach files",
      onclick: () => input.click(),
    },
    icon("attach"),
  );
  return { element: h("span", { class: "attach" }, button, input) };
}

/** Where the finger points, Enter makes a new line and the button sends. */
function coarse() {
  return matchMedia("(pointer: coarse)").matches;
}

/** @param {import("../../client/confab.js").Confab} confab @param {string} chat */
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
 * @param {import("../../client/confab.js").Confab} confab
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
