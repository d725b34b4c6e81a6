import { isMuted } from "../../client/index.js";
import { nameOf } from "../people/names.js";
import { said } from "../ui/dom.js";
import { attempt, confirmed, openMenu } from "../ui/overlays.js";

const HOUR_MS = 3_600_000;
const YEAR_MS = 365 * 24 * HOUR_MS;

/** @typedef {import("../shell.js").Desk} Desk */

/**
 * What one can do with a chat.
 *
 * @param {Desk} desk
 * @param {string} id
 * @param {HTMLElement} anchor
 * @param {{x: number, y: number}} [at]
 */
export function openChatMenu(desk, id, anchor, at) {
  const chat = desk.confab.store.chat(id);
  if (!chat) return;
  const { peer } = chat;
  const arrange = (/** @type {object} */ changes) => () =>
    attempt(desk.confab.calls.arrangeChat(id, changes));
  const muteFor = (/** @type {number} */ ms) => () =>
    arrange({ muted_until: new Date(Date.now() + ms).toISOString() })();
  const blocked = desk.people.isBlocked(peer.id);
  openMenu(
    anchor,
    [
      { label: chat.pinned ? "Unpin" : "Pin to the top", act: arrange({ pinned: !chat.pinned }) },
      isMuted(chat)
        ? { label: "Unmute", act: arrange({ muted_until: null }) }
        : { label: "Mute for 8 hours", act: muteFor(8 * HOUR_MS) },
      !isMuted(chat) && { label: "Mute for a year", act: muteFor(YEAR_MS) },
      {
        label: chat.archived ? "Take out of the archive" : "Archive",
        act: arrange({ archived: !chat.archived }),
      },
      { label: "Mark as unread", act: () => markUnread(desk, id) },
      { label: "Clear chat", act: () => clear(desk, id, nameOf(peer)), danger: true },
      !peer.deleted &&
        (blocked
          ? { label: "Unblock", act: () => attempt(desk.people.unblock(peer)) }
          : { label: "Block", act: () => block(desk, peer), danger: true }),
    ],
    at,
  );
}

/** @param {Desk} desk @param {string} id */
function markUnread(desk, id) {
  desk.go(""); // an open chat would be read again at once
  attempt(desk.confab.calls.arrangeChat(id, { marked_unread: true }));
}

/** @param {Desk} desk @param {string} id @param {string} name */
async function clear(desk, id, name) {
  const detail = said`Every message disappears for you, not for ${name}. The next one brings it back.`;
  if (!(await confirmed("Clear this chat?", detail, "Clear"))) return;
  desk.go("");
  attempt(desk.confab.calls.clearChat(id));
}

/** @param {Desk} desk @param {import("../../client/types.js").User} peer */
async function block(desk, peer) {
  const detail = "They are not told. What they send from now on never reaches you.";
  const question = said`Block ${nameOf(peer)}?`;
  if (await confirmed(question, detail, "Block")) attempt(desk.people.block(peer));
}
