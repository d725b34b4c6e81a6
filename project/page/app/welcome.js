import { codeStep } from "./code-step.js";
import { h } from "./dom.js";
import { field, form, link } from "./forms.js";

/** @typedef {import("../client/confab.js").Confab} Confab */

/**
 * The page of somebody who is not logged in.
 *
 * @param {Confab} confab
 * @returns {HTMLElement}
 */
export function welcome(confab) {
  const card = h("div", { class: "card" });
  const show = (/** @type {HTMLElement} */ step) => {
    card.replaceChildren(step);
    /** @type {HTMLElement | null} */ (card.querySelector("input"))?.focus();
  };
  const toLogin = () => show(loginStep(confab, toRegister, toForgot));
  const toRegister = () => show(registerStep(confab, show, toLogin));
  const toForgot = () => show(forgotStep(confab, show, toLogin));
  toLogin();
  return h(
    "main",
    { class: "welcome" },
    h(
      "header",
      {},
      h("img", { src: "/app/icon.svg", alt: "", width: 72, height: 72 }),
      h("h1", {}, "Confab"),
      h("p", {}, "Conversations between two people, and nobody else."),
    ),
    card,
  );
}

/** @param {Confab} confab @param {() => void} toRegister @param {() => void} toForgot */
function loginStep(confab, toRegister, toForgot) {
  const fields = [email(), password("current-password")];
  return form({
    title: "Log in",
    fields,
    action: "Log in",
    submit: ({ email, password }) => confab.login({ email, password }),
    below: [link("Create an account", toRegister), link("Forgot the password?", toForgot)],
  });
}

/** @param {Confab} confab @param {(step: HTMLElement) => void} show @param {() => void} back */
function registerStep(confab, show, back) {
  const name = field("name", "Your name", { autocomplete: "name", maxlength: 64 });
  const submit = async (/** @type {Record<string, string>} */ { name, email, password }) => {
    const ask = () => confab.calls.register({ name, email, password });
    const verify = (/** @type {{challenge: string, code: string}} */ answer) =>
      confab.verify(answer);
    show(await codeStep({ ask, verify, back }));
  };
  const fields = [name, email(), password("new-password")];
  const below = [link("I have an account", back)];
  return form({ title: "Create an account", fields, action: "Continue", submit, below });
}

/** @param {Confab} confab @param {(step: HTMLElement) => void} show @param {() => void} back */
function forgotStep(confab, show, back) {
  const submit = async (/** @type {Record<string, string>} */ { email, password }) => {
    const ask = () => confab.calls.forgot(email);
    const verify = (/** @type {{challenge: string, code: string}} */ answer) =>
      confab.resetPassword({ ...answer, password });
    show(await codeStep({ ask, verify, back }));
  };
  const fields = [email(), password("new-password", "New password")];
  const below = [link("Back", back)];
  return form({ title: "A new password", fields, action: "Continue", submit, below });
}

function email() {
  return field("email", "E-mail address", {
    type: "email",
    autocomplete: "username",
    maxlength: 254,
  });
}

/** @param {string} autocomplete @param {string} [label] */
function password(autocomplete, label = "Password") {
  const minlength = autocomplete === "new-password" ? 8 : 1;
  return field("password", label, { type: "password", autocomplete, minlength });
}
