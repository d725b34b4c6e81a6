import { nameOf } from "../people/names.js";
import { h, theirs } from "../ui/dom.js";
import { field, link } from "../ui/forms.js";
import { icon } from "../ui/icons.js";
import { attempt, toast } from "../ui/overlays.js";
import { devices } from "./devices.js";
import { dataExport, leaving } from "./leaving.js";
import { privacy } from "./privacy.js";
import { identity, save } from "./profile.js";
import { waysIn } from "./ways-in.js";

/**
 * @typedef {import("../shell.js").Desk} Desk
 * @typedef {import("../../client/types.js").Me} Me
 */

/**
 * Everything about one's account.
 *
 * @param {Desk} desk
 */
export function openSettings(desk) {
  const { confab } = desk;
  const { me } = confab.store;
  if (!me) return;
  const closed = new AbortController();
  const { signal } = closed;
  const close = () => dialog.close();
  const dialog = h(
    "dialog",
    { class: "settings", "aria-label": "Profile and settings" },
    h(
      "header",
      { class: "bar" },
      h("h2", {}, "Settings"),
      h("button", { class: "round", "aria-label": "Close", onclick: close }, icon("close")),
    ),
    h(
      "div",
      { class: "sections" },
      profile(desk, me, signal),
      section("Ways to log in", waysIn(confab, signal)),
      section("Privacy", ...privacy(confab, me)),
      section("Devices", devices(confab, signal)),
      blocked(desk),
      section("Your data", ...dataExport(confab, signal)),
      leaving(confab),
    ),
  );
  dialog.addEventListener("close", () => {
    closed.abort();
    dialog.remove();
  });
  confab.addEventListener("session", close, { signal });
  dialog.addEventListener("click", (event) => event.target === dialog && close());
  document.body.append(dialog);
  dialog.showModal();
}

/** @param {string} title @param {...(Node | string | null)} content */
function section(title, ...content) {
  return h("section", {}, h("h3", {}, title), ...content);
}

/** @param {Desk} desk @param {Me} me @param {AbortSignal} signal */
function profile({ confab }, me, signal) {
  const form = h(
    "form",
    {},
    identity(confab, me, signal),
    field("name", "Name", { value: me.name, maxlength: 64 }),
    field("username", "Username: others find you by it", {
      value: me.username ?? "",
      autocapitalize: "none",
      spellcheck: "false",
      maxlength: 32,
    }),
    field("about", "About", { value: me.about ?? "", required: false, maxlength: 140 }),
    h("div", { class: "row end" }, h("button", { class: "primary" }, "Save")),
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (await save(confab, changed(me, new FormData(form)))) toast("Saved");
  });
  return section("Profile", form);
}

/**
 * Only what is different.
 *
 * @param {Me} me
 * @param {FormData} given
 * @returns {Partial<Me>}
 */
function changed(me, given) {
  const now = /** @type {Record<string, any>} */ (me);
  const values = Object.entries(Object.fromEntries(given)).map(([name, value]) => [
    name,
    String(value).trim(),
  ]);
  const wanted = values.map(([name, value]) => [
    name,
    name === "username" ? value.replace(/^@/, "") : value,
  ]);
  return Object.fromEntries(
    wanted.filter(([name, value]) => value !== (now[/** @type {string} */ (name)] ?? "")),
  );
}

/** @param {Desk} desk */
function blocked(desk) {
  const list = h("ul", { class: "plain" });
  const draw = () => {
    const { blocked } = desk.people;
    const free = (/** @type {import("../../client/types.js").User} */ user) =>
      attempt(desk.people.unblock(user)).then(draw);
    list.replaceChildren(
      ...blocked.map((user) =>
        h(
          "li",
          { class: "row spread" },
          theirs(nameOf(user)),
          link("Unblock", () => free(user)),
        ),
      ),
    );
    if (!blocked.length) list.append(h("li", { class: "hint" }, "Nobody."));
  };
  draw();
  return section("Blocked people", list);
}
