import { bubble, outgoingBubble } from "./bubble.js";
import { h, keyed } from "./dom.js";
import { icon } from "./icons.js";
import { attempt, toast } from "./overlays.js";
import { showLine } from "./show-line.js";
import { dayName, dayOf } from "./words.js";

/** Read older messages when the top is as near as this. */
const NEAR_TOP_PX = 600;
const AT_END_PX = 80;
/** Messages of one person within this time stand together. */
const TOGETHER_MS = 5 * 60_000;

/**
 * @typedef {import("../client/types.js").Chat} Chat
 * @typedef {import("../client/types.js").Message} Message
 * @typedef {import("../client/types.js").Outgoing} Outgoing
 * @typedef {import("./shell.js").Desk} Desk
 * @typedef {{key: string, sender: string, at: number, number: number, message?: Message,
 *   outgoing?: Outgoing}} Line what is drawn as one bubble
 * @typedef {object} Hand what a bubble asks of the conversation around it
 * @property {(message: Message) => void} edit
 * @property {(message: Message) => void} reply
 * @property {(number: number) => void} show scrolls to this message
 */

/**
 * What was said, day by day, older pages appearing as one scrolls up.
 *
 * @param {Desk} desk
 * @param {string} id
 * @param {Pick<Hand, "edit" | "reply">} write
 */
export function timeline(desk, id, write) {
  const { confab } = desk;
  const list = h("ol", { role: "log", "aria-label": "Messages" });
  const loading = h("div", { class: "loading", role: "status", hidden: true }, "Loading…");
  const scroller = h("div", { class: "scroller", tabindex: 0 }, loading, list);
  const end = h(
    "button",
    {
      class: "round to-end",
      "aria-label": "To the newest message",
      hidden: true,
      onclick: () => toEnd(scroller),
    },
    icon("down"),
  );
  const element = h("div", { class: "timeline" }, scroller, end);
  let atEnd = true;
  let reading = false;
  const unreadFrom = firstUnread(confab.store.chat(id));
  const hand = { ...write, show };

  /** @param {Chat} chat */
  function draw(chat) {
    const before = scroller.scrollHeight - scroller.scrollTop;
    keyed(
      list,
      items(chat, lines(desk, chat), unreadFrom, (line) => draws(desk, chat, line, hand)),
    );
    const grew = grewAtTop();
    if (atEnd) toEnd(scroller);
    else if (grew) scroller.scrollTop = scroller.scrollHeight - before;
    if (!confab.store.history(id).begun) readOlder();
  }

  let first = "";
  function grewAtTop() {
    const now = list.querySelector("[data-key]")?.getAttribute("data-key") ?? "";
    const grew = first !== "" && now !== first;
    first = now;
    return grew;
  }

  async function readOlder() {
    if (reading || !confab.store.history(id).hasMoreBefore) return;
    reading = true;
    loading.hidden = false;
    const failed = await confab.readOlder(id).then(
      () => false,
      () => true,
    );
    loading.hidden = true;
    reading = failed; // not at once again: `state` brings the next try
    if (failed) confab.addEventListener("state", () => (reading = false), { once: true });
    else if (scroller.scrollTop < NEAR_TOP_PX) setTimeout(() => scroller.isConnected && near(), 50);
  }

  /** @param {number} number */
  async function show(number) {
    const held = () => confab.store.history(id).from <= number;
    if (!held() && !(await attempt(confab.readBackTo(id, number)))) return;
    const chat = confab.store.chat(id);
    if (chat) draw(chat);
    if (!showLine(list, number)) toast("This message is not there any more.");
    scrolled();
  }

  const near = () => scroller.scrollTop < NEAR_TOP_PX && readOlder();
  const scrolled = () => {
    atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < AT_END_PX;
    end.hidden = atEnd;
    near();
  };
  scroller.addEventListener("scroll", scrolled);
  new ResizeObserver(() => atEnd && toEnd(scroller)).observe(scroller);
  return { element, draw, begin: () => toEnd(scroller) };
}

/** @param {HTMLElement} scroller */
function toEnd(scroller) {
  scroller.scrollTop = scroller.scrollHeight;
}

/** @param {Chat | undefined} chat */
function firstUnread(chat) {
  return chat && chat.unread_count > 0 ? chat.marks.me.read + 1 : Infinity;
}

/**
 * What the server has, then what is on its way.
 *
 * @param {Desk} desk
 * @param {Chat} chat
 * @returns {Line[]}
 */
function lines({ confab }, chat) {
  const messages = confab.store.history(chat.id).list();
  const here = new Set(messages.map((message) => message.client_id));
  const outgoing = (confab.outbox?.list(chat.id) ?? []).filter(
    (entry) => !here.has(entry.client_id),
  );
  return [
    ...messages.map((message) => ({
      // A message of mine keeps the place it had while it was on its way.
      key: message.sender === confab.store.myId ? message.client_id : `#${message.number}`,
      sender: message.sender,
      at: Date.parse(message.created_at),
      number: message.number,
      message,
    })),
    ...outgoing.map((entry) => ({
      key: entry.client_id,
      sender: confab.store.myId,
      at: entry.at,
      number: 0,
      outgoing: entry,
    })),
  ];
}

/**
 * @param {Chat} chat
 * @param {Line[]} all
 * @param {number} unreadFrom
 * @param {(line: Line) => {stamp: string, make: () => HTMLElement}} drawn
 * @returns {import("./dom.js").Item[]}
 */
function items(chat, all, unreadFrom, drawn) {
  /** @type {import("./dom.js").Item[]} */
  const items = [];
  all.forEach((line, index) => {
    const before = all[index - 1];
    const after = all[index + 1];
    const day = dayOf(line.at);
    const newDay = !before || dayOf(before.at) !== day;
    const news =
      line.number >= unreadFrom && line.sender === chat.peer.id && !(before?.number >= unreadFrom);
    if (newDay) items.push(divider(`day ${day}`, dayName(line.at), "day"));
    if (news) items.push(divider("unread", "New messages", "unread-line"));
    const opens = newDay || news || !together(before, line);
    const closes = !after || dayOf(after.at) !== day || !together(line, after);
    const { stamp, make } = drawn(line);
    const shape = `${opens ? " opens" : ""}${closes ? " closes" : ""}`;
    items.push({
      key: line.key,
      stamp: stamp + shape,
      make: () => shaped(make(), line.key, shape),
    });
  });
  return items;
}

/** @param {HTMLElement} node @param {string} key @param {string} shape */
function shaped(node, key, shape) {
  node.className += shape;
  node.dataset.key = key;
  return node;
}

/** @param {Line} one @param {Line} next */
function together(one, next) {
  return one.sender === next.sender && next.at - one.at < TOGETHER_MS;
}

/** @param {string} key @param {string} words @param {string} name */
function divider(key, words, name) {
  return {
    key,
    stamp: words,
    make: () => h("li", { class: `divider ${name}` }, h("span", {}, words)),
  };
}

/**
 * @param {Desk} desk
 * @param {Chat} chat
 * @param {Line} line
 * @param {Hand} hand
 */
function draws(desk, chat, { message, outgoing }, hand) {
  return message
    ? bubble(desk, chat, message, hand)
    : outgoingBubble(desk, /** @type {Outgoing} */ (outgoing));
}
