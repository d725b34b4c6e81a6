import { avatar } from "../people/avatar.js";
import { nameOf } from "../people/names.js";
import { h, isComposing, theirs } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { attempt } from "../ui/overlays.js";

const LOOK_UP_MS = 300;
const SHORTEST = 3;

/**
 * @typedef {import("../../client/types.js").User} User
 * @typedef {import("../shell.js").Desk} Desk
 */

/**
 * The box above the list: it narrows the list, and finds somebody new by their exact username.
 *
 * @param {Desk} desk
 */
export function search(desk) {
  /** @type {User | null} */
  let found = null;
  let looked = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const input = h("input", {
    type: "search",
    dir: "auto",
    placeholder: "Search, or @username",
    "aria-label": "Search chats, or find a person by username",
    autocapitalize: "none",
    spellcheck: "false",
  });
  const result = h("div", { class: "found", "aria-live": "polite" });
  const element = h("div", { class: "search", role: "search" }, icon("search"), input, result);

  async function lookUp() {
    const username = usernameIn(input.value);
    looked = "";
    if (username.length >= SHORTEST) {
      found = await desk.confab.calls.findUser(username).catch(() => null);
      if (usernameIn(input.value) !== username) return;
      looked = username;
    }
    desk.redraw();
  }

  /** @param {User} user */
  async function start(user) {
    await attempt(desk.confab.openChat(user.id).then((chat) => desk.go(chat.id)));
    input.value = "";
    await lookUp();
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(lookUp, LOOK_UP_MS);
    looked = "";
    desk.redraw();
  });
  input.addEventListener("keydown", (event) => {
    if (isComposing(event)) return;
    if (event.key === "Enter" && looked && found) start(found);
    if (event.key === "Escape") {
      input.value = "";
      lookUp();
    }
  });

  function draw() {
    const known = desk.confab.store.chats().some((chat) => chat.peer.id === found?.id);
    result.hidden = looked === "" || known; // then the list below shows the chat
    if (looked) result.replaceChildren(outcome(desk, looked, found, start));
  }

  return {
    element,
    draw,
    get query() {
      return input.value.trim();
    },
    /** @param {import("../../client/types.js").Chat} chat */
    matches({ peer }) {
      const words = `${nameOf(peer)} @${peer.username ?? ""}`.toLocaleLowerCase();
      return words.includes(input.value.trim().toLocaleLowerCase());
    },
  };
}

/** @param {string} text */
function usernameIn(text) {
  return text.trim().replace(/^@/, "").toLowerCase();
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
