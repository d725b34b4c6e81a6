import { isMuted } from "../client/index.js";
import { openSettings } from "./account/settings.js";
import { openContacts } from "./contacts/contacts.js";
import { conversation } from "./conversation/conversation.js";
import { bell } from "./feed/bell.js";
import { chatList } from "./list/chat-list.js";
import { avatar } from "./people/avatar.js";
import { nameOf } from "./people/names.js";
import { People } from "./people/people.js";
import { coalesced, h } from "./ui/dom.js";
import { icon } from "./ui/icons.js";
import { attempt } from "./ui/overlays.js";

/** @typedef {import("../client/confab.js").Confab} Confab */

const FLEETING =
  "This browser keeps nothing for Confab: its storage is full, or barred. What is not sent when you " +
  "close the page is lost, and you may have to log in again.";

const MESSAGES = "message.received";

/**
 * What the parts of the page share.
 * @typedef {object} Desk
 * @property {Confab} confab
 * @property {People} people who types, who is blocked
 * @property {(chat: string) => void} go opens a chat; "" goes back to the list
 * @property {() => void} redraw
 */

/**
 * The page of somebody who is logged in: the list beside the open conversation, or, where there is
 * little room, one of the two. The address tells which chat is open, so the back button works; with a
 * number, as `#chat/12/345`, that message is shown.
 *
 * @param {Confab} confab
 * @returns {{element: HTMLElement, leave: () => void}}
 */
export function shell(confab) {
  const leaving = new AbortController();
  const { signal } = leaving;
  const redraw = coalesced(() => signal.aborted || draw());
  const people = new People(confab, redraw, signal);
  const go = (/** @type {string} */ chat) => (location.hash = chat ? `#chat/${chat}` : "");
  const desk = { confab, people, go, redraw };
  const list = chatList(desk);
  const line = connectionLine(confab, redraw);
  const ring = bell(desk, signal);
  const me = h("button", { class: "me", onclick: () => openSettings(desk) });
  const fleeting = h("p", { class: "fleeting", role: "status", hidden: true }, FLEETING);
  const nothing = nothingOpen(confab);
  const main = h("main", { class: "stage" });
  const element = h(
    "div",
    { class: "shell" },
    h(
      "aside",
      { class: "sidebar" },
      h("header", { class: "bar" }, h("h1", {}, "Confab"), ring.element, contactsButton(desk), me),
      line.element,
      fleeting,
      list.element,
    ),
    main,
  );
  /** @type {ReturnType<typeof conversation> | null} */
  let open = null;

  function draw() {
    const { id, number } = inAddress();
    const chat = confab.store.chat(id);
    if (id && !chat) hold(id);
    if (open?.chat !== (chat ? id : undefined)) change(chat ? id : undefined);
    element.classList.toggle("in-chat", open !== null);
    drawMe(me, confab);
    ring.draw();
    list.draw(id);
    line.draw();
    fleeting.hidden = confab.lasting;
    (open ?? nothing).draw();
    confab.reading = open && document.visibilityState === "visible" ? open.chat : null;
    document.title = titleFor(confab);
    if (open && number) {
      history.replaceState(null, "", `#chat/${id}`); // so that the same link leads there again
      open.show(number);
    }
  }

  let sought = "";
  /** Fetch a chat that is further down the list than what is held. @param {string} id */
  async function hold(id) {
    if (id === sought || !confab.store.me) return;
    sought = id;
    if (!(await attempt(confab.calls.chat(id).then((chat) => confab.store.hold(chat))))) go("");
    sought = "";
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    if (!isSearchKey(event) || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    if (!list.element.offsetParent) {
      element.classList.remove("in-chat"); // at once: what is not shown takes no focus
      go("");
    }
    list.search();
  }

  /** @param {string | undefined} id */
  function change(id) {
    open?.leave();
    open = id === undefined ? null : conversation(desk, id);
    main.replaceChildren(open?.element ?? nothing.element);
    open?.begin();
  }

  change(undefined);
  for (const event of ["change", "outbox", "state", "lasting"])
    confab.addEventListener(event, redraw, { signal });
  for (const event of ["online", "offline", "hashchange"])
    addEventListener(event, redraw, { signal });
  addEventListener("keydown", onKey, { signal });
  document.addEventListener("visibilitychange", redraw, { signal });
  redraw();
  const leave = () => {
    leaving.abort();
    open?.leave();
    location.hash = "";
  };
  return { element, leave };
}

/** Which chat the address names, and which message in it; "" and 0 where there is none. */
function inAddress() {
  const [, id, number] = /^#chat\/([^/]*)(?:\/(\d+))?/.exec(location.hash) ?? ["", "", ""];
  return { id, number: Number(number ?? 0) };
}

/** Ctrl or ⌘ with K. @param {KeyboardEvent} event */
function isSearchKey(event) {
  const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
  return (ctrlKey || metaKey) && !altKey && !shiftKey && key.toLowerCase() === "k";
}

/** @param {Desk} desk */
function contactsButton(desk) {
  const onclick = () => openContacts(desk);
  const about = { class: "round", title: "Contacts", "aria-label": "Contacts", onclick };
  return h("button", about, icon("people"));
}

/** @param {HTMLElement} button @param {Confab} confab */
function drawMe(button, confab) {
  const { me } = confab.store;
  const stamp = JSON.stringify([me?.name, me?.avatar]);
  if (!me || button.dataset.stamp === stamp) return;
  button.dataset.stamp = stamp;
  button.title = nameOf(me);
  button.setAttribute("aria-label", `${nameOf(me)}: profile and settings`);
  button.replaceChildren(avatar(confab, me));
}

/**
 * Counts chats and what else happened; an item about messages is its chat once more.
 *
 * @param {Confab} confab
 */
function titleFor({ store }) {
  const chats = store.chats().filter((chat) => chat.unread_count && !isMuted(chat)).length;
  const others = store.items.list().filter(({ kind, read_at }) => kind !== MESSAGES && !read_at);
  const unread = chats + others.length;
  return unread ? `(${unread}) Confab` : "Confab";
}

/** @param {Confab} confab */
function nothingOpen(confab) {
  const mine = h("p", { class: "hint" });
  const element = h(
    "div",
    { class: "nothing" },
    h("img", { src: "/app/icon.svg", alt: "", width: 96, height: 96 }),
    h("p", {}, "Choose a chat, or find somebody by their username."),
    mine,
  );
  const draw = () => {
    const username = confab.store.me?.username;
    mine.textContent = username ? `Others find you as @${username}.` : "";
  };
  return { element, draw };
}

/**
 * Says when the page is not in touch with the server; says nothing when it is.
 *
 * @param {Confab} confab
 * @param {() => void} redraw
 */
export function connectionLine(confab, redraw) {
  const text = h("span");
  const now = h("button", { class: "link", onclick: () => confab.link?.nudge() }, "Try now");
  const element = h(
    "div",
    { class: "connection", role: "status", "data-state": "connecting" },
    text,
    now,
  );
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let countdown;

  function draw() {
    const waiting = confab.state === "waiting" && navigator.onLine;
    const left = Math.ceil(((confab.link?.retryAt ?? 0) - Date.now()) / 1000);
    element.dataset.state = confab.state;
    text.textContent = words(confab.state, left);
    now.hidden = !waiting || left < 3;
    clearTimeout(countdown);
    if (waiting && left > 0) countdown = setTimeout(redraw, 1000);
  }
  return { element, draw };
}

/** @param {string} state @param {number} left seconds */
function words(state, left) {
  if (state === "online") return "";
  if (!navigator.onLine) return "Waiting for network…";
  return state === "waiting" && left > 2 ? `Offline. Next try in ${left} s` : "Connecting…";
}
