import { goTo, PROVIDER_NAMES } from "../entry/providers.js";
import { h, keyed } from "../ui/dom.js";
import { link } from "../ui/forms.js";
import { attempt, confirmed } from "../ui/overlays.js";
import { fullDay } from "../ui/words.js";
import { changeEmail, changePassword, changePhone, setPassword } from "./account-steps.js";
import { proving } from "./proving.js";

/**
 * @typedef {import("../../client/confab.js").Confab} Confab
 * @typedef {import("../../client/types.js").Me} Me
 * @typedef {import("../../client/types.js").Providers} Providers
 * @typedef {import("../entry/providers.js").Provider} Provider
 */

/**
 * By what one can log in, each with a way to change it.
 *
 * @param {Confab} confab
 * @param {AbortSignal} signal when nobody looks any more
 */
export function waysIn(confab, signal) {
  const list = h("ul", { class: "plain" });
  /** @type {Providers} */
  let providers = { google: null, facebook: null, phone: false };
  const draw = () => {
    const { me } = confab.store;
    if (me) keyed(list, rows(confab, me, providers));
  };
  confab.addEventListener("change", draw, { signal });
  draw();
  confab.calls.providers().then(
    (found) => {
      providers = found;
      draw();
    },
    () => {},
  );
  return list;
}

/**
 * @param {Confab} confab
 * @param {Me} me
 * @param {Providers} providers
 * @returns {import("../ui/dom.js").Item[]}
 */
function rows(confab, me, providers) {
  return [
    row("E-mail address", shown(me.email, me.email_verified), [
      emailAction(me),
      () => changeEmail(confab),
    ]),
    (providers.phone || me.phone) &&
      row("Phone number", shown(me.phone, me.phone_verified), [
        me.phone ? "Change" : "Add",
        () => changePhone(confab),
      ]),
    passwordRow(confab, me),
    providerRow(confab, me, "google", providers.google),
    providerRow(confab, me, "facebook", providers.facebook),
  ].filter((item) => typeof item === "object" && item !== null);
}

/** @param {string | null} value @param {boolean} proved */
function shown(value, proved) {
  return value ? (proved ? value : `${value} (not confirmed)`) : "None";
}

/** @param {Me} me */
function emailAction({ email, email_verified }) {
  return email ? (email_verified ? "Change" : "Confirm") : "Add";
}

/** @param {Confab} confab @param {Me} me */
function passwordRow(confab, me) {
  if (me.has_password) return row("Password", "Set", ["Change", () => changePassword(confab)]);
  const whose =
    (me.email && me.email_verified && { email: me.email }) ||
    (me.phone && me.phone_verified && { phone: me.phone });
  if (!whose) return row("Password", "Needs an e-mail address or a phone number first");
  const [where] = Object.values(whose);
  return row("Password", `None; a code to ${where} sets one`, [
    "Set",
    () => setPassword(confab, whose),
  ]);
}

/** @param {Confab} confab @param {Me} me @param {Provider} provider @param {string | null} id */
function providerRow(confab, me, provider, id) {
  const name = PROVIDER_NAMES[provider];
  const linked = me.identities.find((identity) => identity.provider === provider);
  if (linked)
    return row(name, `Since ${fullDay(linked.linked_at)}`, [
      "Remove",
      () => remove(confab, provider),
    ]);
  return id && row(name, "Not linked", ["Add", () => goTo(provider, id, me.id)]);
}

/** @param {Confab} confab @param {Provider} provider */
async function remove(confab, provider) {
  const name = PROVIDER_NAMES[provider];
  const detail = `You can then no longer log in with ${name}.`;
  if (await confirmed(`Remove ${name}?`, detail, "Remove"))
    await attempt(proving(confab, () => confab.account.unlink(provider)));
}

/**
 * @param {string} label
 * @param {string} value
 * @param {[string, () => void]} [action] may depend on nothing that label, value and word do not tell
 */
function row(label, value, action) {
  const make = () =>
    h(
      "li",
      { class: "row spread" },
      h("span", {}, label, h("small", {}, value)),
      action && link(...action, `${action[0]}: ${label}`),
    );
  return { key: label, stamp: `${value} ${action?.[0]}`, make };
}
