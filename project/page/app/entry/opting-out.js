import { h } from "../ui/dom.js";
import { field, form, link } from "../ui/forms.js";
import { codeStep } from "./code-step.js";

const WHAT_IT_DOES =
  "If you are no member, your number or e-mail address can be taken out of all address books " +
  "here. You then get no more invitations, until you join yourself. A code shows that it is yours.";

/** Whether somebody comes for this: an invitation's page leads here. */
export function wantsOut() {
  return new URLSearchParams(location.search).has("optout");
}

/**
 * Somebody who is no member leaves the address books of others.
 *
 * @param {import("../../client/confab.js").Confab} confab
 * @param {(step: HTMLElement) => void} show
 * @param {() => void} back
 */
export function optOutStep({ calls }, show, back) {
  const whose = field("whose", "Phone number (as +43…) or e-mail address", { maxlength: 254 });
  return form({
    title: "Leave all address books",
    fields: [h("p", { class: "hint" }, WHAT_IT_DOES), whose],
    action: "Send me a code",
    submit: async ({ whose }) => {
      const ask = () => calls.startOptOut(meant(whose.trim()));
      const verify = async (/** @type {import("../../client/types.js").Answered} */ answer) => {
        await calls.optOut(answer);
        show(done(back));
      };
      show(await codeStep({ ask, verify, back: link("Back", back) }));
    },
    below: [link("Back", back)],
  });
}

/** @param {string} text @returns {{email: string} | {phone: string}} */
function meant(text) {
  return text.includes("@") ? { email: text } : { phone: text };
}

/** @param {() => void} back */
function done(back) {
  return h(
    "div",
    { class: "step" },
    h("h2", {}, "You are out"),
    h("p", { role: "status" }, "You are in nobody's address book here, and nobody can invite you."),
    h("button", { class: "primary wide", onclick: back }, "Done"),
  );
}
