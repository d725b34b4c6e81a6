import { nameOf as personName } from "../people/names.js";
import { h } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { attempt, openMenu } from "../ui/overlays.js";
import { openPicker } from "./emoji-picker.js";
import { nameOf } from "./emoji.js";

const QUICK = ["👍", "❤️", "😂", "😮", "😢", "🙏"];

/**
 * @typedef {import("../../client/types.js").Message} Message
 * @typedef {import("../shell.js").Desk} Desk
 */

/**
 * Under a message: who has put what on it. Pressing one puts mine there, or takes it away.
 *
 * @param {Desk} desk
 * @param {import("../../client/types.js").Chat} chat
 * @param {Message} message
 */
export function reactionRow(desk, chat, message) {
  if (!message.reactions.length) return null;
  const me = desk.confab.store.myId;
  const chips = message.reactions.map(({ emoji, users }) => {
    const mine = users.includes(me);
    const names = users.map((user) => (user === me ? "you" : personName(chat.peer)));
    return h(
      "button",
      {
        class: "reaction",
        "aria-pressed": String(mine),
        "data-again": emoji,
        "aria-label": `${nameOf(emoji)} from ${names.join(" and ")}`,
        title: names.join(", ").replace(/^you/, "You"),
        onclick: () => react(desk, message, emoji),
      },
      h("span", { class: "emoji" }, emoji),
      users.length > 1 && h("span", { class: "times" }, String(users.length)),
    );
  });
  return h("div", { class: "reactions", role: "group", "aria-label": "Reactions" }, ...chips);
}

/**
 * Beside a message that the pointer is on.
 *
 * @param {Desk} desk
 * @param {Message} message
 */
export function reactButton(desk, message) {
  const button = h(
    "button",
    {
      class: "round",
      "aria-label": "React",
      "data-again": "react",
      "aria-haspopup": "menu",
      onclick: () =>
        openMenu(button, [{ row: (close) => quickRow(desk, message, button, close) }]),
    },
    icon("smile"),
  );
  return button;
}

/**
 * The most common emoji, as a row of a menu, and the way to all the others.
 *
 * @param {Desk} desk
 * @param {Message} message
 * @param {HTMLElement} anchor of the menu
 * @param {() => void} close
 */
export function quickRow(desk, message, anchor, close) {
  const entries = QUICK.map((emoji) => {
    const chosen = () => {
      close();
      react(desk, message, emoji);
    };
    return h(
      "button",
      {
        class: "emoji",
        role: "menuitemcheckbox",
        "aria-checked": String(isMine(desk, message, emoji)),
        "aria-label": nameOf(emoji),
        title: nameOf(emoji),
        onclick: chosen,
      },
      emoji,
    );
  });
  const all = () => {
    const { left: x, top: y } = more.getBoundingClientRect();
    close();
    openPicker(anchor, (emoji) => react(desk, message, emoji), { x, y });
  };
  const more = h(
    "button",
    { role: "menuitem", "aria-label": "More emoji", title: "More emoji", onclick: all },
    icon("plus"),
  );
  return h("div", { class: "quick", role: "group", "aria-label": "React" }, ...entries, more);
}

/** @param {Desk} desk @param {Message} message @param {string} emoji */
function react(desk, message, emoji) {
  const on = !isMine(desk, message, emoji);
  return attempt(desk.confab.messages.react(message, emoji, on));
}

/** @param {Desk} desk @param {Message} message @param {string} emoji */
function isMine({ confab }, message, emoji) {
  const now = confab.store.history(message.chat).get(message.number) ?? message;
  const users = now.reactions.find((reaction) => reaction.emoji === emoji)?.users ?? [];
  return users.includes(confab.store.myId);
}
