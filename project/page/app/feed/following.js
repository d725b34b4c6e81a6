import { openSettings } from "../account/settings.js";
import { openContacts } from "../contacts/contacts.js";

const PEOPLE = ["contact.joined", "invite.accepted"];

/**
 * @typedef {import("../shell.js").Desk} Desk
 * @typedef {import("../../client/types.js").Notification} Notification
 */

/**
 * Read an item and go to what it is about.
 *
 * @param {Desk} desk
 * @param {Notification} item
 */
export async function follow(desk, item) {
  const { confab } = desk;
  const reading = item.read_at ? null : confab.feed.markRead([item.id]);
  await Promise.all([reading, go(desk, item)]);
}

/** @param {Desk} desk @param {Notification} item */
async function go(desk, item) {
  const { confab } = desk;
  const [actor] = item.actors;
  if (item.reference?.type === "chat") desk.go(item.reference.id);
  else if (PEOPLE.includes(item.kind) && actor && !actor.deleted) {
    desk.go((await confab.openChat(actor.id)).id);
  } else if (item.kind === "import.finished") openContacts(desk);
  else if (item.kind.startsWith("security.")) openSettings(desk);
}
