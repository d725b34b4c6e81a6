import { h } from "../ui/dom.js";
import { save } from "./profile.js";

/**
 * @typedef {import("../../client/confab.js").Confab} Confab
 * @typedef {import("../../client/types.js").Me} Me
 * @typedef {import("../../client/types.js").Audience} Audience
 */

/**
 * Who may know what of oneself.
 *
 * @param {Confab} confab
 * @param {Me} me
 */
export function privacy(confab, me) {
  return [
    receipts(confab, me),
    audience(confab, me, "last_seen", "Who sees when I was last here", "People I chat with"),
    audience(confab, me, "discoverable_by", "Who finds me by my number or address", "Everyone"),
    audience(confab, me, "forward_origin", "Who sees my name on what is forwarded", "Everyone"),
  ];
}

/** @param {Confab} confab @param {Me} me */
function receipts(confab, me) {
  const input = h("input", { type: "checkbox", role: "switch", checked: me.read_receipts });
  input.addEventListener("change", async () => {
    if (!(await save(confab, { read_receipts: input.checked }))) input.checked = !input.checked;
  });
  const label = h("span", {}, "Read receipts", h("small", {}, "Off hides yours and theirs."));
  return h("label", { class: "switch" }, label, input);
}

/**
 * @param {Confab} confab
 * @param {Me} me
 * @param {"last_seen" | "discoverable_by" | "forward_origin"} name
 * @param {string} label
 * @param {string} all what "everyone" means here
 */
function audience(confab, me, name, label, all) {
  let value = me[name];
  const option = (/** @type {Audience} */ key, /** @type {string} */ text) =>
    h("option", { value: key, selected: key === value }, text);
  const select = h(
    "select",
    {},
    option("everyone", all),
    option("contacts", "My contacts"),
    option("nobody", "Nobody"),
  );
  select.addEventListener("change", async () => {
    const wanted = /** @type {Audience} */ (select.value);
    if (await save(confab, { [name]: wanted })) value = wanted;
    select.value = value;
  });
  return h("label", { class: "switch" }, h("span", {}, label), select);
}
