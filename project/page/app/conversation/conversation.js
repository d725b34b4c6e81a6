import { composer } from "../composer/composer.js";
import { receiveFiles } from "../composer/receiving.js";
import { drawMeters } from "../files/meters.js";
import { openChatMenu } from "../list/chat-menu.js";
import { avatar } from "../people/avatar.js";
import { nameOf } from "../people/names.js";
import { h, said, theirs } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { attempt } from "../ui/overlays.js";
import { presenceWords } from "../ui/words.js";
import { timeline } from "./timeline.js";

/**
 * @typedef {import("../../client/types.js").Chat} Chat
 * @typedef {import("../shell.js").Desk} Desk
 */

/**
 * One open chat: who it is with, what was said, and where one writes.
 *
 * @param {Desk} desk
 * @param {string} id
 */
export function conversation(desk, id) {
  const { confab } = desk;
  const write = composer(desk, id, () => lines.begin()); // one's own message is always seen
  const lines = timeline(desk, id, write);
  const head = header(desk, id);
  const barred = h("div", { class: "barred" });
  const element = h(
    "section",
    { class: "conversation", "aria-label": "Conversation" },
    head.element,
    lines.element,
    write.element,
    barred,
  );
  const words = said`Drop files to send them to ${nameOf(confab.store.chat(id)?.peer)}`;
  receiveFiles(element, words, write.add, () => barred.hidden);
  const moved = onUploads(desk, element, write.draw);

  function draw() {
    const chat = confab.store.chat(id);
    if (!chat) return;
    head.draw(chat);
    lines.draw(chat);
    write.draw();
    drawBarred(desk, chat, barred);
    write.element.hidden = !barred.hidden;
  }

  function begin() {
    draw();
    lines.begin();
    write.focus();
    if (confab.store.chat(id)?.marked_unread)
      attempt(confab.calls.arrangeChat(id, { marked_unread: false }));
  }
  const leave = () => {
    moved.abort();
    write.leave();
  };
  return { chat: id, element, draw, begin, leave, show: lines.show };
}

/**
 * Keep the bars and rings of uploads moving until the returned controller is aborted.
 *
 * @param {Desk} desk
 * @param {HTMLElement} element
 * @param {() => void} draw
 */
function onUploads({ confab }, element, draw) {
  const leaving = new AbortController();
  const { signal } = leaving;
  /** @param {Event} event */
  function moved(event) {
    drawMeters(element, /** @type {CustomEvent} */ (event).detail);
    draw();
  }
  confab.files?.uploads.addEventListener("change", moved, { signal });
  return leaving;
}

/** @param {Desk} desk @param {string} id */
function header(desk, id) {
  const face = h("span", { class: "face" });
  const name = h("h2");
  const status = h("p", { class: "status", "aria-live": "polite" });
  const more = h(
    "button",
    {
      class: "round",
      "aria-label": "Chat menu",
      "aria-haspopup": "menu",
      onclick: () => openChatMenu(desk, id, more),
    },
    icon("more"),
  );
  const back = h(
    "button",
    { class: "round back", "aria-label": "Back to the chats", onclick: () => desk.go("") },
    icon("back"),
  );
  const element = h(
    "header",
    { class: "bar" },
    back,
    face,
    h("div", { class: "title" }, name, status),
    more,
  );
  let drawn = "";

  /** @param {Chat} chat */
  function draw({ peer }) {
    const presence = desk.confab.store.presence(peer.id);
    const typing = desk.people.isTyping(id);
    const stamp = JSON.stringify([peer, presence, typing]);
    if (stamp === drawn) return;
    drawn = stamp;
    face.replaceChildren(avatar(desk.confab, peer, presence?.online));
    name.replaceChildren(theirs(nameOf(peer)));
    status.textContent = typing
      ? "typing…"
      : presenceWords(presence) || (peer.username ? `@${peer.username}` : "");
    status.classList.toggle("typing", typing);
  }
  return { element, draw };
}

/**
 * Instead of the composer, where nothing can be sent.
 *
 * @param {Desk} desk
 * @param {Chat} chat
 * @param {HTMLElement} barred
 */
function drawBarred(desk, { peer }, barred) {
  const blocked = desk.people.isBlocked(peer.id);
  const state = peer.deleted ? "left" : blocked ? "blocked" : "";
  if (barred.dataset.state === state) return;
  barred.dataset.state = state;
  barred.hidden = state === "";
  const unblock = h(
    "button",
    { class: "link", onclick: () => attempt(desk.people.unblock(peer)) },
    "Unblock",
  );
  const words = peer.deleted ? ["This account was deleted."] : said`You have blocked ${nameOf(peer)}.`;
  barred.replaceChildren(...words, " ", blocked ? unblock : "");
}
