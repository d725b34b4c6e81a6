import { h, keyed, theirs } from "../ui/dom.js";
import { link } from "../ui/forms.js";
import { attempt } from "../ui/overlays.js";
import { fullDay, problemWords } from "../ui/words.js";
import { calledIn } from "./book.js";
import { invitationWords, shareable } from "./inviting.js";

/**
 * @typedef {import("../../client/contacts.js").Contacts} Contacts
 * @typedef {import("../../client/types.js").Invite} Invite
 */

const ALIVE = ["created", "sent", "opened"];
const CHANNELS = { sms: "by text message", email: "by e-mail", link: "by link" };

/**
 * One's own link, and the invitations that one has made.
 *
 * @param {Contacts} contacts
 * @param {AbortSignal} signal when nobody looks any more
 */
export function invitations(contacts, signal) {
  const own = h("div");
  const list = h("ul", { class: "book", "aria-label": "Invitations" });
  const said = h("p", { class: "hint", role: "status" });
  const more = link("More", () => read(next), "More invitations");
  /** @type {Invite[]} */
  let held = [];
  /** @type {string | null} */
  let next = null;
  /** @type {Invite | null} */
  let mine = null;
  let stale = false;
  let following = false;
  /** By the invitation's id. @type {Map<string, string>} */
  const names = new Map();
  const make = async () => {
    mine = await contacts.calls.ownLink();
    await read();
  };
  const ask = h("button", { class: "primary", onclick: () => attempt(make()) }, "Show my link");
  const element = h(
    "div",
    {},
    h(
      "section",
      {},
      h("h3", {}, "My link"),
      h("p", { class: "hint" }, "Anybody who joins by it is told to you."),
      ask,
      own,
    ),
    h("section", {}, h("h3", {}, "Invitations"), list, said, more),
  );

  /** @param {string | null} [cursor] of the next page; without one the list is read anew */
  async function read(cursor) {
    try {
      const page = await contacts.calls.invites({ cursor });
      await Promise.all(page.results.map(learnName));
      if (signal.aborted) return;
      held = cursor ? [...held, ...page.results] : page.results;
      next = page.next;
      said.textContent = held.length ? "" : "You have invited nobody yet.";
    } catch (error) {
      said.textContent = problemWords(error);
    }
    drawList();
  }
  /** @param {Invite} invite */
  async function learnName(invite) {
    if (!names.has(invite.id)) names.set(invite.id, await nameFor(contacts, invite));
  }

  /** Once more after each change, but not twice at once. */
  async function follow() {
    stale = true;
    if (following) return;
    for (following = true; stale && !signal.aborted; ) {
      stale = false;
      await read();
    }
    following = false;
  }

  /** @param {Invite} invite */
  async function revoke(invite) {
    await contacts.calls.revoke(invite.id);
    if (mine?.id === invite.id) mine = null;
    await read();
  }

  function drawList() {
    const items = held.map((invite) => {
      const name = names.get(invite.id) ?? "";
      return {
        key: invite.id,
        stamp: JSON.stringify([invite, name]),
        make: () => row(invite, name, () => attempt(revoke(invite))),
      };
    });
    keyed(list, items);
    more.hidden = next === null;
    ask.hidden = mine !== null;
    if (own.dataset.link === (mine?.link ?? "")) return;
    own.dataset.link = mine?.link ?? "";
    own.replaceChildren(...(mine ? [shareable(mine)] : []));
  }

  const draw = () => {
    drawList();
    follow();
  };
  return { element, draw };
}

/** @param {Contacts} contacts @param {Invite} invite */
async function nameFor(contacts, { contact: id, channel }) {
  const contact = id === null ? null : await contacts.find(id);
  if (contact) return calledIn(contact);
  return channel === "link" ? "Whoever has the link" : "Somebody who was in my contacts";
}

/** @param {Invite} invite @param {string} name @param {() => void} revoke */
function row(invite, name, revoke) {
  const alive = ALIVE.includes(invite.state);
  const until = alive ? ` · good until ${fullDay(invite.expires_at)}` : "";
  const about = `${invitationWords(invite)} · ${CHANNELS[invite.channel]}${until}`;
  return h(
    "li",
    { class: "entry", "data-state": invite.state },
    h("span", { class: "who" }, h("span", { class: "name" }, theirs(name)), h("small", {}, about)),
    alive && link("Take back", revoke, `Take back: ${name}`),
  );
}
