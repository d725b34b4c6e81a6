import { isMuted } from "../../client/index.js";
import { outgoingSummary, summary, ticks } from "../conversation/summary.js";
import { avatar } from "../people/avatar.js";
import { nameOf } from "../people/names.js";
import { search } from "../search/box.js";
import { h, keyed, theirs } from "../ui/dom.js";
import { onMenuWish } from "../ui/gestures.js";
import { icon } from "../ui/icons.js";
import { briefTime } from "../ui/words.js";
import { openChatMenu } from "./chat-menu.js";

/**
 * @typedef {import("../../client/types.js").Chat} Chat
 * @typedef {import("../../client/types.js").Outgoing} Outgoing
 * @typedef {import("../shell.js").Desk} Desk
 */

/** @param {Desk} desk */
export function chatList(desk) {
  const list = h("ul", { class: "chats", "aria-label": "Chats" });
  const hint = h("p", { class: "hint empty" });
  const find = search(desk);
  const more = moreChats(desk);
  let inArchive = false;
  const toggle = () => {
    inArchive = !inArchive;
    desk.redraw();
  };
  const archive = h("button", { class: "archive-toggle", onclick: toggle });
  const element = h(
    "nav",
    { class: "list", "aria-label": "Chats" },
    find.element,
    archive,
    list,
    more.element,
    hint,
    find.results,
  );

  /** @param {string} open the chat that is open */
  function draw(open) {
    if (list.matches(":active")) {
      afterPress(desk.redraw);
      return;
    }
    const all = desk.confab.store.chats();
    const archived = all.filter((chat) => chat.archived).length;
    if (!archived) inArchive = false;
    const shown = all.filter((chat) =>
      find.query ? find.matches(chat) : chat.archived === inArchive,
    );
    keyed(
      list,
      shown.map((chat) => item(desk, chat, open)),
    );
    drawArchive(archive, inArchive, find.query ? 0 : archived);
    hint.hidden = shown.length > 0 || find.query !== "" || desk.confab.store.me === null;
    hint.textContent = "No chats yet. Find somebody by their @username.";
    find.draw();
    element.classList.toggle("searching", find.query !== "");
    more.draw(find.query !== "" || inArchive);
  }
  return { element, draw, search: find.focus };
}

/**
 * Under the list: reads on when it comes into view, or when somebody looks for a chat that may be
 * further down.
 *
 * @param {Desk} desk
 */
function moreChats({ confab, redraw }) {
  let failed = false;
  let wanted = false;
  const element = h("button", { class: "link more-chats", onclick: () => read() }, "More chats");
  async function read() {
    failed = false;
    await confab.readMoreChats().catch(() => (failed = true)); // the button stays
    redraw();
  }
  const seen = new IntersectionObserver(([{ isIntersecting }]) => {
    wanted = isIntersecting;
    if (wanted && !failed) read();
  });
  seen.observe(element);
  /** @param {boolean} all the whole list is looked through */
  function draw(all) {
    element.hidden = !confab.store.hasMoreChats;
    if (!element.hidden && !failed && (all || wanted)) read();
  }
  return { element, draw };
}

let isPressed = false;

/**
 * A row that is drawn anew between pressing and letting go loses the click, so drawing waits.
 *
 * @param {() => void} draw
 */
function afterPress(draw) {
  if (isPressed) return;
  isPressed = true;
  const over = new AbortController();
  const go = () => {
    isPressed = false;
    over.abort();
    setTimeout(draw); // after the click
  };
  for (const end of ["pointerup", "pointercancel"])
    addEventListener(end, go, { signal: over.signal });
}

/** @param {HTMLElement} button @param {boolean} inArchive @param {number} archived */
function drawArchive(button, inArchive, archived) {
  button.hidden = archived === 0;
  button.replaceChildren(
    icon(inArchive ? "back" : "archive"),
    inArchive ? "All chats" : `Archived (${archived})`,
  );
}

/** @param {Desk} desk @param {Chat} chat @param {string} open */
function item(desk, chat, open) {
  const { confab, people } = desk;
  const facts = {
    online: confab.store.presence(chat.peer.id)?.online ?? false,
    typing: people.isTyping(chat.id),
    outgoing: confab.outbox?.list(chat.id).at(-1),
    current: chat.id === open,
  };
  // What comes into the chat before one's eyes is about to be read: no number flashes up.
  const seen = facts.current && document.visibilityState === "visible";
  const shown = seen ? { ...chat, unread_count: 0 } : chat;
  const make = () => row(desk, shown, facts);
  return { key: chat.id, stamp: JSON.stringify([shown, facts, new Date().toDateString()]), make };
}

/**
 * @param {Desk} desk
 * @param {Chat} chat
 * @param {{online: boolean, typing: boolean, outgoing?: Outgoing, current: boolean}} facts
 */
function row(desk, chat, facts) {
  const { peer, last_message: last } = chat;
  const unread = chat.unread_count > 0 || chat.marked_unread;
  const link = h(
    "a",
    {
      href: `#chat/${chat.id}`,
      class: unread ? "chat unread" : "chat",
      "aria-current": facts.current && "page",
    },
    avatar(desk.confab, peer, facts.online),
    h(
      "span",
      { class: "who" },
      h("span", { class: "name" }, theirs(nameOf(peer))),
      facts.online && hidden("online"),
    ),
    last && h("time", { datetime: last.created_at }, briefTime(last.created_at)),
    preview(desk, chat, facts),
    badges(chat),
  );
  onMenuWish(link, (at) => openChatMenu(desk, chat.id, link, at));
  return h("li", {}, link);
}

/** @param {Desk} desk @param {Chat} chat @param {{typing: boolean, outgoing?: Outgoing}} facts */
function preview(desk, chat, { typing, outgoing }) {
  const last = chat.last_message;
  if (typing) return h("span", { class: "preview typing" }, "typing…");
  if (outgoing)
    return h(
      "span",
      { class: "preview" },
      icon(outgoing.problem ? "warning" : "clock"),
      theirs(outgoingSummary(outgoing)),
    );
  if (!last) return h("span", { class: "preview faint" }, "No messages yet");
  if (last.deleted) return h("span", { class: "preview faint" }, "Message deleted");
  const mine = last.sender === desk.confab.store.myId;
  return h(
    "span",
    { class: "preview" },
    mine && ticks(chat, last.number),
    fileIcon(last),
    theirs(summary(last)),
  );
}

/** @param {import("../../client/types.js").Message} message */
function fileIcon({ file, type }) {
  return file && icon(type === "image" ? "photo" : "attach");
}

/** @param {Chat} chat */
function badges(chat) {
  const count = chat.unread_count > 99 ? "99+" : String(chat.unread_count);
  return h(
    "span",
    { class: isMuted(chat) ? "badges muted" : "badges" },
    isMuted(chat) && icon("muted"),
    chat.pinned && icon("pin"),
    chat.unread_count > 0 && h("span", { class: "count", "aria-label": `${count} unread` }, count),
    !chat.unread_count &&
      chat.marked_unread &&
      h("span", { class: "count", "aria-label": "marked unread" }, ""),
  );
}

/** @param {string} text */
function hidden(text) {
  return h("span", { class: "visually-hidden" }, text);
}
