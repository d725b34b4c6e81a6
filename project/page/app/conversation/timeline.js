import { avatar } from "../people/avatar.js";
import { h, keyed } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { attempt, toast } from "../ui/overlays.js";
import { bubble } from "./bubble.js";
import { items, lines } from "./lines.js";
import { outgoingBubble } from "./outgoing.js";

/** Read older messages when the top is as near as this. */
const NEAR_TOP_PX = 600;
const AT_END_PX = 80;

/**
 * @typedef {import("../../client/types.js").Chat} Chat
 * @typedef {import("../../client/types.js").Message} Message
 * @typedef {import("../../client/types.js").Outgoing} Outgoing
 * @typedef {import("../shell.js").Desk} Desk
 * @typedef {import("./lines.js").Line} Line
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
  const list = h("ol");
  const loading = h("div", { class: "loading", role: "status", hidden: true }, "Loading…");
  const scroller = h(
    "div",
    { class: "scroller", role: "log", "aria-label": "Messages", tabindex: 0 },
    loading,
    list,
  );
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
      items(
        chat,
        lines(desk, chat),
        unreadFrom,
        (group) => draws(desk, chat, group, hand),
        () => avatar(confab, chat.peer),
      ),
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
  const begin = () => {
    atEnd = true;
    toEnd(scroller);
  };
  return { element, draw, begin, show };
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
 * @param {Desk} desk
 * @param {Chat} chat
 * @param {Line[]} group
 * @param {Hand} hand
 */
function draws(desk, chat, group, hand) {
  const [{ message, outgoing }] = group;
  return message
    ? bubble(desk, chat, message, hand, group)
    : outgoingBubble(desk, chat, /** @type {Outgoing} */ (outgoing), hand, group);
}

const FLASH_MS = 1600;

/**
 * Bring a message before the person's eyes, and the focus to it.
 *
 * @param {HTMLElement} list of the lines
 * @param {number} number
 * @returns {boolean} false when it is not in the list
 */
export function showLine(list, number) {
  const line = list.querySelector(`[data-number="${number}"]`);
  if (!line) return false;
  line.scrollIntoView({ block: "center" });
  line.classList.add("flash");
  setTimeout(() => line.classList.remove("flash"), FLASH_MS);
  const button = /** @type {HTMLElement | null} */ (line.querySelector(".tools button"));
  button?.focus({ preventScroll: true });
  return true;
}
