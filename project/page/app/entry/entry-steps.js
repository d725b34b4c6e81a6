import { askName } from "../account/account-steps.js";
import { field, form, link } from "../ui/forms.js";
import { inWords } from "../ui/words.js";
import { codeStep } from "./code-step.js";
import { invited } from "./invitation.js";
import { emailField, passwordField, phoneFields } from "./steps.js";

/**
 * @typedef {import("../../client/confab.js").Confab} Confab
 * @typedef {import("../../client/types.js").Answered} Answered
 * @typedef {(step: HTMLElement) => void} Show
 */

/** @param {Confab} confab @param {HTMLElement[]} below */
export function loginStep(confab, below) {
  const words = { bad_credentials: "The e-mail address and the password do not match." };
  return form({
    title: "Log in",
    fields: [emailField(), passwordField("current-password")],
    action: "Log in",
    submit: ({ email, password }) => confab.login({ email, password }).catch(inWords(words)),
    below,
  });
}

/** @param {Confab} confab @param {Show} show @param {() => void} back */
export function registerStep(confab, show, back) {
  const name = field("name", "Your name", { autocomplete: "name", maxlength: 64 });
  const submit = async (/** @type {Record<string, string>} */ { name, email, password }) => {
    const ask = () => confab.calls.register({ name, email, password, ...invited() });
    const verify = async (/** @type {Answered} */ answer) =>
      confab.enter(await confab.calls.verify(answer));
    show(await codeStep({ ask, verify, back: link("Back", back) }));
  };
  return form({
    title: "Create an account",
    fields: [name, emailField(), passwordField("new-password")],
    action: "Continue",
    submit,
    below: [link("I have an account", back)],
  });
}

/** @param {Confab} confab @param {Show} show @param {() => void} back */
export function forgotStep(confab, show, back) {
  const submit = async (/** @type {Record<string, string>} */ { email, password }) => {
    const ask = () => confab.calls.forgot({ email });
    const verify = async (/** @type {Answered} */ answer) =>
      confab.enter(await confab.calls.reset({ ...answer, password }));
    show(await codeStep({ ask, verify, back: link("Back", back) }));
  };
  return form({
    title: "A new password",
    fields: [emailField(), passwordField("new-password", "New password")],
    action: "Continue",
    submit,
    below: [link("Back", back)],
  });
}

/**
 * The same for those who have an account and those who want one; only the code's answer tells.
 *
 * @param {Confab} confab
 * @param {Show} show
 * @param {() => void} back
 */
export function phoneStep(confab, show, back) {
  const submit = async (/** @type {Record<string, string>} */ { phone, region }) => {
    const ask = () => confab.calls.startByPhone({ phone, region });
    const verify = async (/** @type {Answered} */ answer) => {
      const entered = await confab.calls.verifyPhone({ ...answer, ...invited() });
      confab.enter(entered);
      if (entered.created) askName(confab);
    };
    show(await codeStep({ ask, verify, back: link("Back", back) }));
  };
  return form({
    title: "Log in or sign up by phone",
    fields: [phoneFields()],
    action: "Send me a code",
    submit,
    below: [link("Use an e-mail address", back)],
  });
}
