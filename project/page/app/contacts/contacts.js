import { receiveFiles } from "../composer/receiving.js";
import { coalesced, h } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { book } from "./book.js";
import { importing } from "./importing.js";
import { invitations } from "./invitations.js";

/**
 * @typedef {import("../shell.js").Desk} Desk
 * @typedef {import("../../client/contacts.js").Contacts} Contacts
 * @typedef {{element: HTMLElement, draw: () => void}} Leaf
 */

/**
 * The address book: who of it is here, who may be invited, and how it is brought.
 *
 * @param {Desk} desk
 */
export function openContacts(desk) {
  const { contacts } = desk.confab;
  if (!contacts) return;
  const closed = new AbortController();
  const { signal } = closed;
  const close = () => dialog.close();
  const imports = importing(contacts, signal);
  const leaves = {
    People: book(desk, contacts, close, () => turn("Import")),
    Invitations: invitations(contacts, signal),
    Import: imports,
  };
  const tabs = h("div", { class: "tabs", role: "tablist", "aria-label": "Contacts" });
  const page = h("div", { class: "sections", role: "tabpanel" });
  const dialog = h(
    "dialog",
    { class: "settings contacts", "aria-label": "Contacts" },
    h(
      "header",
      { class: "bar" },
      h("h2", {}, "Contacts"),
      h("button", { class: "round", "aria-label": "Close", onclick: close }, icon("close")),
    ),
    tabs,
    page,
  );
  /** @type {keyof typeof leaves} */
  let open = "People";
  const draw = () => signal.aborted || leaves[open].draw();

  /** @param {string} name */
  function turn(name) {
    open = /** @type {keyof typeof leaves} */ (name);
    for (const tab of tabs.children) {
      const isOpen = /** @type {HTMLElement} */ (tab).dataset.leaf === open;
      tab.setAttribute("aria-selected", String(isOpen));
      tab.setAttribute("tabindex", isOpen ? "0" : "-1");
    }
    page.setAttribute("aria-label", open);
    page.replaceChildren(leaves[open].element);
    draw();
  }

  for (const name of Object.keys(leaves)) {
    const onclick = () => turn(name);
    tabs.append(h("button", { role: "tab", "data-leaf": name, onclick }, name));
  }
  tabs.addEventListener("keydown", ({ key }) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
    if (!step) return;
    const names = Object.keys(leaves);
    const place = (names.indexOf(open) + step + names.length) % names.length;
    turn(names[place]);
    /** @type {HTMLElement} */ (tabs.children[place]).focus();
  });
  receiveFiles(dialog, ["Import these contacts"], take, () => true);
  /** @param {File[]} files */
  function take(files) {
    turn("Import");
    imports.take(files);
  }

  dialog.addEventListener("close", () => {
    closed.abort();
    dialog.remove();
  });
  dialog.addEventListener("click", (event) => event.target === dialog && close());
  desk.confab.addEventListener("session", close, { signal });
  contacts.addEventListener("change", coalesced(draw), { signal });
  document.body.append(dialog);
  turn("People");
  dialog.showModal();
}
