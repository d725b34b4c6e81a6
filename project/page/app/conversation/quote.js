import { remoteImage } from "../files/content.js";
import { pictureOf } from "../files/pictures.js";
import { nameOf } from "../people/names.js";
import { h, theirs } from "../ui/dom.js";
import { summary } from "./summary.js";

/**
 * @typedef {import("../../client/types.js").Message} Message
 * @typedef {import("../../client/types.js").Quote} Quote
 * @typedef {import("../shell.js").Desk} Desk
 */

/**
 * The message that another one answers; pressing it goes there.
 *
 * @param {Desk} desk
 * @param {import("../../client/types.js").Chat} chat
 * @param {Quote} quoted
 * @param {import("./timeline.js").Hand} hand
 */
export function quote(desk, chat, quoted, hand) {
  const mine = quoted.sender === desk.confab.store.myId;
  const held = desk.confab.store.history(chat.id).get(quoted.number);
  const picture = held && pictureOf(held);
  return h(
    "button",
    {
      class: picture ? "quote pictured" : "quote",
      "data-again": "quote",
      title: "Go to this message",
      onclick: () => hand.show(quoted.number),
    },
    h("strong", {}, theirs(mine ? "You" : nameOf(chat.peer))),
    h("span", { dir: "auto" }, quoteState(desk, chat.id, quoted)),
    picture && remoteImage(desk.confab, picture.id, "thumbnail", ""),
  );
}

/**
 * What a quote shows. An empty one is of a message that is deleted, or has no words: the message
 * itself tells, where it is held.
 *
 * @param {Desk} desk
 * @param {string} chat
 * @param {Quote} quoted
 */
export function quoteState({ confab }, chat, { number, text }) {
  const held = confab.store.history(chat).get(number);
  if (held) return summary(held);
  return text || "Message without text";
}

/**
 * In a message that is on its way, where only the number is known.
 *
 * @param {Desk} desk
 * @param {import("../../client/types.js").Outgoing} entry
 */
export function outgoingQuote({ confab }, { chat, reply_to: number }) {
  const held = number && confab.store.history(chat).get(number);
  if (!held) return null;
  const whose = held.sender === confab.store.myId ? "You" : nameOf(confab.store.chat(chat)?.peer);
  return h(
    "div",
    { class: "quote" },
    h("strong", {}, theirs(whose)),
    h("span", { dir: "auto" }, summary(held)),
  );
}
