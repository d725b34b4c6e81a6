import { summary } from "../conversation/summary.js";
import { fileTile, sizeWords } from "../files/file-words.js";
import { avatar } from "../people/avatar.js";
import { fileName, nameOf } from "../people/names.js";
import { h, theirs } from "../ui/dom.js";
import { attempt } from "../ui/overlays.js";
import { briefTime } from "../ui/words.js";
import { excerpt } from "./highlights.js";

/**
 * @typedef {import("../../client/types.js").Message} Message
 * @typedef {import("../../client/types.js").Result} Result
 * @typedef {import("../../client/types.js").User} User
 * @typedef {import("../shell.js").Desk} Desk
 */

/**
 * One result as a row. Pressing it leads to what it is: a message in its chat, the message that
 * carries a file, the chat with a person.
 *
 * @param {Desk} desk
 * @param {Result} result
 * @param {(chat: string) => string} chatName what the server calls a chat that is not held here
 * @returns {HTMLElement}
 */
export function hit(desk, result, chatName) {
  const { message, user, contact, file } = result;
  if (message) return messageHit(desk, message, result, chatName);
  if (file) return fileHit(file, result);
  if (user) return personHit(desk, user, nameOf(user), user.username ? `@${user.username}` : "", result);
  const reached = [...(contact?.phones.map(({ value }) => value) ?? []), ...(contact?.emails ?? [])];
  return personHit(desk, contact?.user, nameOf(contact), reached[0] ?? "", result);
}

/**
 * @param {Desk} desk
 * @param {Message} message
 * @param {Result} result
 * @param {(chat: string) => string} chatName
 */
function messageHit({ confab }, message, result, chatName) {
  const peer = confab.store.chat(message.chat)?.peer;
  const name = peer ? nameOf(peer) : chatName(message.chat);
  const mine = message.sender === confab.store.myId;
  return h(
    "a",
    { class: "chat hit", href: `#chat/${message.chat}/${message.number}` },
    avatar(confab, peer ?? { id: message.chat, name }),
    h("span", { class: "who" }, h("span", { class: "name" }, theirs(name))),
    h("time", { datetime: message.created_at }, briefTime(message.created_at)),
    h("span", { class: "preview" }, mine && "You: ", text(result, "text", summary(message))),
  );
}

/** @param {NonNullable<Result["file"]>} file @param {Result} result */
function fileHit(file, result) {
  return h(
    "a",
    { class: "chat hit", href: `#chat/${file.chat}/${file.number}` },
    fileTile(file.name, file.content_type),
    h(
      "span",
      { class: "who" },
      h("span", { class: "name" }, text(result, "name", fileName(file.name))),
    ),
    h("span", { class: "preview" }, sizeWords(file.size)),
  );
}

/**
 * Somebody; who is no member (`user` is missing) cannot be written to.
 *
 * @param {Desk} desk
 * @param {User | undefined} user
 * @param {string} name
 * @param {string} below
 * @param {Result} result
 */
function personHit(desk, user, name, below, result) {
  const open = async () => {
    if (user) await attempt(desk.confab.openChat(user.id).then((chat) => desk.go(chat.id)));
  };
  const field = result.highlights.find(({ field }) => field !== "name");
  return h(
    "button",
    { class: "chat hit", onclick: open, disabled: !user },
    avatar(desk.confab, user ?? { id: result.contact?.id ?? "", name }),
    h("span", { class: "who" }, h("span", { class: "name" }, text(result, "name", name))),
    h("span", { class: "preview" }, field ? text(result, field.field, "") : theirs(below)),
  );
}

/**
 * A field with its matches, or the words that stand for it where nothing matched in it.
 *
 * @param {Result} result
 * @param {string} field
 * @param {string} otherwise
 */
function text({ highlights }, field, otherwise) {
  const found = highlights.find((each) => each.field === field);
  const parts = found ? excerpt(found.text, found.spans) : [otherwise];
  return h("bdi", { dir: "auto" }, ...parts);
}
