import { summary } from "../conversation/summary.js";
import { nameOf } from "../people/names.js";
import { h, said, theirs } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { openMenu } from "../ui/overlays.js";

/**
 * @typedef {import("../../client/types.js").Message} Message
 * @typedef {import("../shell.js").Desk} Desk
 */

/** Kept while one is elsewhere, by whose and chat. @type {Map<string, {reply: Message | null, lock: boolean}>} */
const kept = new Map();

/**
 * What goes with the next message: which one it answers, and that it may not be forwarded.
 *
 * @param {Desk} desk
 * @param {string} chat
 * @param {() => void} focus on the text
 */
export function extras(desk, chat, focus) {
  const place = `${desk.confab.store.myId} ${chat}`;
  const now = kept.get(place) ?? { reply: null, lock: false };
  kept.set(place, now);
  const element = h("div", { class: "extras" });
  const button = h(
    "button",
    {
      type: "button",
      class: "round options",
      "aria-label": "Message options",
      "aria-haspopup": "menu",
      onclick: () => openMenu(button, [{ label: "Cannot be forwarded", act: turn, checked: now.lock }]),
    },
    icon("more"),
  );

  function turn() {
    now.lock = !now.lock;
    draw();
    focus();
  }

  /** @param {Message | null} message to answer, or null for none */
  function reply(message) {
    now.reply = message;
    draw();
    focus();
  }

  /** @returns {import("../../client/types.js").Extras} for the message that is sent now */
  function take() {
    const taken = {
      ...(now.reply && { reply_to: now.reply.number }),
      ...(now.lock && { no_forward: true }),
    };
    now.reply = null;
    draw();
    return taken;
  }

  function draw() {
    const { reply: answered, lock } = now;
    element.replaceChildren(
      ...(answered ? [answerLine(desk, answered, () => reply(null))] : []),
      ...(lock ? [lockLine(turn)] : []),
    );
    element.hidden = !answered && !lock;
  }

  draw();
  return {
    element,
    button,
    reply,
    take,
    get replying() {
      return now.reply !== null;
    },
  };
}

/** @param {Desk} desk @param {Message} message @param {() => void} drop */
function answerLine({ confab }, message, drop) {
  const mine = message.sender === confab.store.myId;
  const whom = mine ? "yourself" : nameOf(confab.store.chat(message.chat)?.peer);
  return h(
    "div",
    { class: "extra" },
    icon("reply"),
    h(
      "span",
      {},
      h("strong", {}, ...said`Reply to ${whom}`),
      h("span", { class: "excerpt" }, theirs(summary(message))),
    ),
    closing("Do not reply", drop),
  );
}

/** @param {() => void} drop */
function lockLine(drop) {
  return h(
    "div",
    { class: "extra" },
    icon("lock"),
    h("span", {}, "Forwarding is off for new messages"),
    closing("Let it be forwarded", drop),
  );
}

/** @param {string} label @param {() => void} onclick */
function closing(label, onclick) {
  return h("button", { type: "button", class: "round", "aria-label": label, onclick }, icon("close"));
}
