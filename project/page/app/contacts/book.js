import { avatar } from "../people/avatar.js";
import { nameOf } from "../people/names.js";
import { h, keyed, theirs } from "../ui/dom.js";
import { link } from "../ui/forms.js";
import { icon } from "../ui/icons.js";
import { attempt, confirmed, openMenu, toast } from "../ui/overlays.js";
import { problemWords } from "../ui/words.js";
import { openEditing } from "./editing.js";
import { openInvitingAll } from "./inviting-all.js";
import { invitationWords, openInviting } from "./inviting.js";

const LOOK_UP_MS = 300;
const WHAT_IS_FORGOTTEN =
  "All contacts that you have imported are erased from the server, and your open invitations are " +
  "taken back. Your chats stay, and so does what is on your devices.";

/**
 * @typedef {import("../../client/types.js").Contact} Contact
 * @typedef {import("../../client/contacts.js").Contacts} Contacts
 * @typedef {import("../shell.js").Desk} Desk
 */

/**
 * Who of the book is here, and who is not.
 *
 * @param {Desk} desk
 * @param {Contacts} contacts
 * @param {() => void} close
 * @param {() => void} toImport
 */
export function book(desk, contacts, close, toImport) {
  const find = h("input", {
    type: "search",
    dir: "auto",
    placeholder: "Search your contacts",
    "aria-label": "Search your contacts",
  });
  const rowOf = {
    matched: (/** @type {Contact} */ contact) => here(desk, contacts, contact, close),
    invitable: (/** @type {Contact} */ contact) => away(desk, contacts, contact),
  };
  const inviteAll = link("Invite everyone…", () => openInvitingAll(desk.confab, contacts));
  const groups = [
    group(contacts, "On Confab", "matched", rowOf.matched),
    group(contacts, "Not here yet", "invitable", rowOf.invitable, inviteAll),
  ];
  const nobody = h("p", { class: "hint" });
  const begin = h("button", { class: "primary", onclick: toImport }, "Import contacts");
  const empty = h("section", { class: "nobody", hidden: true }, nobody, begin);
  const forget = h("button", { class: "danger wide", onclick: () => forgetAll(contacts) });
  forget.textContent = "Forget my contacts…";
  const foot = h("section", {}, forget);
  const element = h(
    "div",
    {},
    h("div", { class: "search" }, icon("search"), find),
    ...groups.map((one) => one.element),
    empty,
    foot,
  );
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  find.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(draw, LOOK_UP_MS);
  });

  function draw() {
    const q = find.value.trim();
    const counts = groups.map((one) => one.draw(q));
    const none = counts.every((count) => count === 0);
    empty.hidden = !none;
    begin.hidden = q !== "";
    nobody.textContent = q
      ? "Nobody of that name or number."
      : "No contacts yet. Import your address book to see who is here.";
    foot.hidden = none || q !== "";
  }
  return { element, draw };
}

/**
 * @param {Contacts} contacts
 * @param {string} title
 * @param {Contact["state"]} state
 * @param {(contact: Contact) => HTMLElement} row
 * @param {HTMLElement} [aside] what may be done with all of them
 */
function group(contacts, title, state, row, aside) {
  const list = h("ul", { class: "book", "aria-label": title });
  const trouble = h("p", { class: "trouble", role: "alert" });
  let q = "";
  const read = () => {
    trouble.textContent = "";
    contacts.read({ state, q }).then(
      () => {},
      (error) => (trouble.textContent = problemWords(error)),
    );
  };
  const more = link("More", read, `More: ${title}`);
  const element = h("section", {}, h("h3", {}, title), aside, list, trouble, more);

  /** @param {string} wanted @returns {number | null} how many are shown; null while that is open */
  function draw(wanted) {
    if (q !== wanted) trouble.textContent = "";
    q = wanted;
    const begun = contacts.begun({ state, q });
    if (!begun && !trouble.textContent) read();
    const shown = contacts.list({ state, q });
    keyed(
      list,
      shown.map((contact) => ({
        key: contact.id,
        stamp: JSON.stringify(contact),
        make: () => row(contact),
      })),
    );
    more.hidden = !trouble.textContent && (!begun || !contacts.hasMore({ state, q }));
    element.hidden = shown.length === 0 && more.hidden;
    return begun || shown.length ? shown.length : null;
  }
  return { element, draw };
}

/**
 * What this contact is called: by its name, else by what there is.
 *
 * @param {Contact} contact
 */
export function calledIn({ name, phones, emails, user }) {
  return nameOf({ name: name.trim() || user?.name || phones[0]?.value || emails[0] });
}

/**
 * @param {Desk} desk
 * @param {Contacts} contacts
 * @param {Contact} contact
 * @param {() => void} close
 */
function here(desk, contacts, contact, close) {
  const { user } = contact;
  const name = calledIn(contact);
  const write = async () => {
    const { id } = await desk.confab.openChat(user?.id ?? "");
    close();
    desk.go(id);
  };
  const about = user?.username ? `@${user.username}` : "";
  return h(
    "li",
    { class: "entry" },
    avatar(desk.confab, user ?? { id: contact.id, name }),
    who(name, about),
    action("Message", name, () => attempt(write())),
    moreButton(desk, contacts, contact, name),
  );
}

/** @param {Desk} desk @param {Contacts} contacts @param {Contact} contact */
function away(desk, contacts, contact) {
  const name = calledIn(contact);
  const { invite, phones, emails } = contact;
  const reach = phones[0]?.value ?? emails[0] ?? "";
  const about = invite ? `Invited: ${invitationWords(invite).toLocaleLowerCase()}` : reach;
  return h(
    "li",
    { class: "entry" },
    avatar(desk.confab, { id: contact.id, name }),
    who(name, about === name ? "" : about),
    action("Invite", name, () => openInviting(desk.confab, contacts, contact, name)),
    moreButton(desk, contacts, contact, name),
  );
}

/** @param {string} word @param {string} name @param {() => void} onclick */
function action(word, name, onclick) {
  return h("button", { class: "quiet", onclick, "aria-label": `${word} ${name}` }, word);
}

/** @param {string} name @param {string} about */
function who(name, about) {
  return h(
    "span",
    { class: "who" },
    h("span", { class: "name" }, theirs(name)),
    about !== "" && h("small", {}, theirs(about)),
  );
}

/** @param {Desk} desk @param {Contacts} contacts @param {Contact} contact @param {string} name */
function moreButton(desk, contacts, contact, name) {
  const edit = () => openEditing(desk.confab, contacts, contact, name);
  const remove = () => attempt(contacts.remove(contact.id));
  const button = h("button", { class: "round", "aria-label": `More about ${name}` }, icon("more"));
  button.addEventListener("click", () =>
    openMenu(button, [
      { label: "Edit", act: edit },
      { label: "Remove from my contacts", act: remove, danger: true },
    ]),
  );
  return button;
}

/** @param {Contacts} contacts */
async function forgetAll(contacts) {
  const sure = await confirmed("Forget all your contacts?", WHAT_IS_FORGOTTEN, "Forget them");
  if (sure && (await attempt(contacts.forget()))) toast("Your contacts are forgotten.");
}
