import { avatar } from "../people/avatar.js";
import { nameOf } from "../people/names.js";
import { h, theirs } from "../ui/dom.js";
import { attempt } from "../ui/overlays.js";

const SHORTEST = 3;

/**
 * @typedef {import("../../client/types.js").User} User
 * @typedef {import("../shell.js").Desk} Desk
 */

/** @param {string} text @returns {string} the username that it is, as in `@bob`, or "" */
export function usernameIn(text) {
  return /^@(\S+)$/u.exec(text.trim())?.[1].toLowerCase() ?? "";
}

/**
 * Finds somebody new by their exact username.
 *
 * @param {Desk} desk
 * @param {() => string} typed the username in the box
 * @param {() => void} done a chat has been opened
 */
export function byUsername(desk, typed, done) {
  /** @type {User | null} */
  let found = null;
  let looked = "";
  const element = h("div", { class: "found", "aria-live": "polite", hidden: true });

  async function look() {
    const username = typed();
    looked = "";
    if (username.length >= SHORTEST) {
      found = await desk.confab.calls.findUser(username).catch(() => null);
      if (typed() !== username) return;
      looked = username;
    }
    desk.redraw();
  }

  /** @param {User} user */
  async function start(user) {
    if (await attempt(desk.confab.openChat(user.id).then((chat) => desk.go(chat.id)))) done();
  }

  function draw() {
    const known = desk.confab.store.chats().some((chat) => chat.peer.id === found?.id);
    element.hidden = looked === "" || looked !== typed() || known; // then the list shows the chat
    if (!element.hidden) element.replaceChildren(outcome(desk, looked, found, start));
  }
  /** @returns {boolean} whether there is somebody */
  function enter() {
    if (looked !== typed() || !looked || !found) return false;
    start(found);
    return true;
  }
  return { element, look, draw, enter };
}

/**
 * @param {Desk} desk
 * @param {string} username
 * @param {User | null} user
 * @param {(user: User) => void} start
 */
function outcome(desk, username, user, start) {
  if (!user) return h("p", { class: "hint" }, `Nobody is called @${username}.`);
  if (user.id === desk.confab.store.myId) return h("p", { class: "hint" }, "That is you.");
  return h(
    "button",
    { class: "chat", onclick: () => start(user) },
    avatar(desk.confab, user),
    h("span", { class: "who" }, h("span", { class: "name" }, theirs(nameOf(user)))),
    h("span", { class: "preview" }, `@${user.username} · start a chat`),
  );
}
