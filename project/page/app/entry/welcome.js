import { h } from "../ui/dom.js";
import { link } from "../ui/forms.js";
import { forgotStep, loginStep, phoneStep, registerStep } from "./entry-steps.js";
import { invitationNotice, invited } from "./invitation.js";
import { optOutStep, wantsOut } from "./opting-out.js";
import { goTo, link as linkProvider, PROVIDER_NAMES } from "./providers.js";
import { shower } from "./steps.js";

/**
 * @typedef {import("../../client/confab.js").Confab} Confab
 * @typedef {import("./providers.js").Provider} Provider
 * @typedef {{provider: Provider, ticket: string}} Waiting for its owner to log in by other means
 */

/**
 * The page of somebody who is not logged in.
 *
 * @param {Confab} confab
 * @param {Waiting | null} [waiting]
 * @returns {HTMLElement}
 */
export function welcome(confab, waiting = null) {
  const card = h("div", { class: "card" });
  const ways = h("div", { class: "ways" });
  const show = shower(card);
  const above = waiting ? linkingNotice(waiting.provider) : invitationNotice(confab);
  const toLogin = () => show(loginStep(confab, links), { above, below: ways });
  const toRegister = () => show(registerStep(confab, show, toLogin), { above, below: ways });
  const toForgot = () => show(forgotStep(confab, show, toLogin));
  const toPhone = () => show(phoneStep(confab, show, toLogin), { above });
  const toOptOut = () => show(optOutStep(confab, show, toLogin));
  const forgot = link("Forgot the password?", toForgot);
  const links = waiting ? [forgot] : [link("Create an account", toRegister), forgot];
  if (!waiting && wantsOut()) toOptOut();
  else if (!waiting && invited().invite) toRegister();
  else toLogin();
  fillWays(ways, confab, toPhone, waiting !== null);
  if (waiting) linkAfterLogin(confab, waiting);
  const out = link("Not a member? Leave the address books of others", toOptOut);
  return h("main", { class: "welcome" }, banner(), card, h("footer", {}, out));
}

function banner() {
  return h(
    "header",
    {},
    h("img", { src: "/app/icon.svg", alt: "", width: 72, height: 72 }),
    h("h1", {}, "Confab"),
    h("p", {}, "Conversations between two people, and nobody else."),
  );
}

/**
 * The other ways in, as far as the server has them.
 *
 * @param {HTMLElement} ways
 * @param {Confab} confab
 * @param {() => void} toPhone
 * @param {boolean} linking the companies have been asked already
 */
async function fillWays(ways, confab, toPhone, linking) {
  const { google, facebook, phone } = await confab.calls.providers().catch(() => NONE);
  const way = (/** @type {string} */ text, /** @type {() => void} */ onclick) =>
    h("button", { type: "button", class: "quiet wide", onclick }, text);
  ways.append(
    ...[
      phone && way("Use a phone number", toPhone),
      google && !linking && way("Sign in with Google", () => goTo("google", google)),
      facebook && !linking && way("Log in with Facebook", () => goTo("facebook", facebook)),
    ].filter((button) => button instanceof HTMLElement),
  );
}

/** @type {import("../../client/types.js").Providers} */
const NONE = { google: null, facebook: null, phone: false };

/** @param {Provider} provider */
function linkingNotice(provider) {
  const name = PROVIDER_NAMES[provider];
  return h(
    "p",
    { class: "notice", role: "status" },
    `You have an account with the address of your ${name} account. ` +
      `Log in to it once, and from then on ${name} lets you in too.`,
  );
}

/** @param {Confab} confab @param {Waiting} waiting */
function linkAfterLogin(confab, { provider, ticket }) {
  confab.addEventListener(
    "session",
    () => confab.loggedIn && linkProvider(confab, provider, { ticket }),
    { once: true },
  );
}
