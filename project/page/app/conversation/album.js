import { outgoingPicture, picture } from "../files/attachments.js";
import { localImage, pictureOf } from "../files/pictures.js";
import { reactionRow } from "../reactions/reactions.js";
import { h } from "../ui/dom.js";
import { onMenuWish } from "../ui/gestures.js";
import { icon } from "../ui/icons.js";
import { openMessageMenu } from "./message-menu.js";

/** More than these make a second album. */
const MOST = 10;

/**
 * @typedef {import("../../client/types.js").Chat} Chat
 * @typedef {import("../../client/types.js").Message} Message
 * @typedef {import("../../client/types.js").Outgoing} Outgoing
 * @typedef {import("../shell.js").Desk} Desk
 * @typedef {import("./lines.js").Line} Line
 */

/**
 * Lines that are drawn as one: images of one person that follow each other. Only the first may have
 * words, or answer something.
 *
 * @param {Line[]} lines
 * @param {(one: Line, next: Line) => boolean} together
 * @returns {Line[][]}
 */
export function albums(lines, together) {
  /** @type {Line[][]} */
  const groups = [];
  for (const line of lines) {
    const group = groups.at(-1);
    const before = group?.at(-1);
    const joins =
      group && before && group.length < MOST && isImage(group[0]) && isImage(line, true);
    if (joins && together(before, line)) group.push(line);
    else groups.push([line]);
  }
  return groups;
}

/** @param {Line} line @param {boolean} [bare] without anything else */
function isImage({ message, outgoing }, bare = false) {
  if (outgoing) {
    const shows = localImage(outgoing.client_id) && !outgoing.problem;
    return Boolean(shows) && !(bare && (outgoing.text || outgoing.reply_to));
  }
  if (!message || message.deleted || !pictureOf(message) || message.action) return false;
  const { text, reply_to, forward, reference, tags } = message;
  return !(bare && (text || reply_to || forward || reference || tags.length));
}

/**
 * The images of an album, side by side.
 *
 * @param {Desk} desk
 * @param {Chat} chat
 * @param {Line[]} lines
 * @param {import("./timeline.js").Hand} hand
 */
export function album(desk, chat, lines, hand) {
  const rows = rowsOf(lines.length);
  const spans = rows.flatMap((count) => Array(count).fill(count));
  const cells = lines.map((line, index) => {
    const cell = line.message
      ? messageCell(desk, chat, line.message, hand)
      : outgoingCell(desk, /** @type {Outgoing} */ (line.outgoing));
    cell.classList.add(`of-${spans[index]}`);
    return cell;
  });
  const label = `${lines.length} photos`;
  const element = h("div", { class: "album", role: "group", "aria-label": label }, ...cells);
  // Each image has a menu of its own: the bubble around them is not asked too.
  for (const type of ["contextmenu", "pointerdown", "pointermove", "pointerup"])
    element.addEventListener(type, (event) => event.stopPropagation());
  return element;
}

/**
 * How many images stand in each row: three where it comes out even, twos at the top otherwise.
 *
 * @param {number} count
 * @returns {number[]}
 */
export function rowsOf(count) {
  if (count <= 2) return [count];
  if (count === 3) return [1, 2];
  const twos = (3 - (count % 3)) % 3;
  return [...Array(twos).fill(2), ...Array((count - 2 * twos) / 3).fill(3)];
}

/**
 * @param {Desk} desk
 * @param {Chat} chat
 * @param {Message} message
 * @param {import("./timeline.js").Hand} hand
 */
function messageCell(desk, chat, message, hand) {
  const file = pictureOf(message);
  const open = (/** @type {{x: number, y: number} | undefined} */ at) =>
    openMessageMenu(desk, message, hand, more, at);
  const more = h(
    "button",
    {
      class: "round cell-more",
      "aria-label": "Message menu",
      "aria-haspopup": "menu",
      onclick: () => open(undefined),
    },
    icon("down"),
  );
  const cell = h(
    "div",
    { class: "cell", "data-number": message.number },
    file && picture(desk, message, file),
    h("div", { class: "cell-tools" }, more),
    reactionRow(desk, chat, message),
  );
  onMenuWish(cell, open);
  return cell;
}

/** @param {Desk} desk @param {Outgoing} entry */
function outgoingCell(desk, entry) {
  const url = localImage(entry.client_id)?.url ?? "";
  return h("div", { class: "cell" }, outgoingPicture(desk, entry, url));
}
