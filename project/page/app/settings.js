import { avatar } from "./avatar.js";
import { devices } from "./devices.js";
import { h } from "./dom.js";
import { field, link } from "./forms.js";
import { icon } from "./icons.js";
import { attempt, confirmed, toast } from "./overlays.js";

/**
 * @typedef {import("./shell.js").Desk} Desk
 * @typedef {import("../client/types.js").Me} Me
 */

/**
 * Profile, privacy, devices, blocked people.
 *
 * @param {Desk} desk
 */
export function openSettings(desk) {
  const { me } = desk.confab.store;
  if (!me) return;
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
      profile(desk, me),
      privacy(desk, me),
      section("Devices", devices(desk)),
      blocked(desk),
      leave(desk, close),
    ),
  );
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => event.target === dialog && close());
  document.body.append(dialog);
  dialog.showModal();
}

/** @param {string} title @param {...(Node | string | null)} content */
function section(title, ...content) {
  return h("section", {}, h("h3", {}, title), ...content);
}

/** @param {Desk} desk @param {Partial<Me>} changes */
function change({ confab }, changes) {
  return attempt(confab.calls.changeMe(changes).then((me) => confab.store.holdMe(me)));
}

/** @param {Desk} desk @param {Me} me */
function profile(desk, me) {
  const form = h(
    "form",
    {},
    h(
      "div",
      { class: "row identity" },
      avatar(me),
      h("div", {}, h("strong", {}, me.name), h("p", { class: "hint" }, me.email ?? me.phone ?? "")),
    ),
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
    if (await change(desk, changed(me, new FormData(form)))) toast("Saved");
  });
  return section("Profile", form);
}

/**
 * Only what is different;
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

/** @param {Desk} desk @param {Me} me */
function privacy(desk, me) {
  const receipts = h("input", { type: "checkbox", role: "switch", checked: me.read_receipts });
  receipts.addEventListener("change", async () => {
    if (!(await change(desk, { read_receipts: receipts.checked })))
      receipts.checked = !receipts.checked;
  });
  return section(
    "Privacy",
    h(
      "label",
      { class: "switch" },
      h("span", {}, "Read receipts", h("small", {}, "Off hides yours and theirs.")),
      receipts,
    ),
    audience(desk, "last_seen", me.last_seen),
  );
}

/** @param {Desk} desk @param {"last_seen"} name @param {string} value */
function audience(desk, name, value) {
  const option = (/** @type {string} */ key, /** @type {string} */ label) =>
    h("option", { value: key, selected: key === value }, label);
  const select = h(
    "select",
    {},
    option("everyone", "People I chat with"),
    option("contacts", "My contacts"),
    option("nobody", "Nobody"),
  );
  select.addEventListener("change", async () => {
    const wanted = /** @type {import("../client/types.js").Audience} */ (select.value);
    if (await change(desk, { [name]: wanted })) value = wanted;
    select.value = value;
  });
  return h("label", { class: "switch" }, h("span", {}, "Who sees when I was last here"), select);
}

/** @param {Desk} desk */
function blocked(desk) {
  const list = h("ul", { class: "plain" });
  const draw = () => {
    const { blocked } = desk.people;
    const free = (/** @type {import("../client/types.js").User} */ user) =>
      attempt(desk.people.unblock(user)).then(draw);
    list.replaceChildren(
      ...blocked.map((user) =>
        h(
          "li",
          { class: "row spread" },
          user.name,
          link("Unblock", () => free(user)),
        ),
      ),
    );
    if (!blocked.length) list.append(h("li", { class: "hint" }, "Nobody."));
  };
  draw();
  return section("Blocked people", list);
}

/** @param {Desk} desk @param {() => void} close */
function leave({ confab }, close) {
  const logout = async () => {
    const waiting = confab.outbox?.list().length;
    const warning = `${waiting} not yet sent. They wait here until you log in again.`;
    if (waiting && !(await confirmed("Log out?", warning, "Log out"))) return;
    close();
    await confab.logout();
  };
  return h("section", {}, h("button", { class: "danger wide", onclick: logout }, "Log out"));
}
