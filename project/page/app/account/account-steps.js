import { codeStep } from "../entry/code-step.js";
import { emailField, openSteps, passwordField, phoneFields } from "../entry/steps.js";
import { h } from "../ui/dom.js";
import { field, form, link } from "../ui/forms.js";
import { toast } from "../ui/overlays.js";
import { inWords } from "../ui/words.js";
import { proving } from "./proving.js";

/**
 * @typedef {import("../../client/confab.js").Confab} Confab
 * @typedef {import("../../client/types.js").Answered} Answered
 * @typedef {import("../../client/types.js").Challenge} Challenge
 * @typedef {import("../../client/types.js").Me} Me
 */

/** @param {Confab} confab what somebody who came by phone is called */
export function askName(confab) {
  const { show, close } = openSteps(confab, "Welcome to Confab");
  const submit = async (/** @type {Record<string, string>} */ { name }) => {
    confab.store.holdMe(await confab.calls.changeMe({ name: name.trim() }));
    close();
  };
  const fields = [
    h("p", { class: "hint" }, "This is how others see you."),
    field("name", "Your name", { autocomplete: "name", maxlength: 64 }),
  ];
  const below = [link("Later", close)];
  show(form({ title: "Welcome to Confab", fields, action: "Save", submit, below }));
}

/** @param {Confab} confab */
export function changeEmail(confab) {
  const { account } = confab;
  change(confab, {
    title: "Your e-mail address",
    fields: [emailField("New e-mail address")],
    ask: ({ email }) => account.startEmail(email),
    finish: (answer) => account.finishEmail(answer),
  });
}

/** @param {Confab} confab */
export function changePhone(confab) {
  const { account } = confab;
  change(confab, {
    title: "Your phone number",
    fields: [phoneFields()],
    ask: ({ phone, region }) => account.startPhone({ phone, region }),
    finish: (answer) => account.finishPhone(answer),
  });
}

/**
 * Ask for something new, then for the code that was sent there.
 *
 * @param {Confab} confab
 * @param {{
 *   title: string, fields: HTMLElement[],
 *   ask: (values: Record<string, string>) => Promise<Challenge>,
 *   finish: (answer: Answered) => Promise<Me>,
 * }} parts
 */
function change(confab, { title, fields, ask, finish }) {
  const { show, close } = openSteps(confab, title);
  const verify = async (/** @type {Answered} */ answer) => {
    const me = await finish(answer);
    close(); // first, so that the focus goes back to where it came from
    confab.store.holdMe(me);
    toast("Saved");
  };
  const submit = async (/** @type {Record<string, string>} */ values) => {
    const back = link("Cancel", close);
    show(await codeStep({ ask: () => proving(confab, () => ask(values)), verify, back }));
  };
  show(form({ title, fields, action: "Send me a code", submit, below: [link("Cancel", close)] }));
}

/** @param {Confab} confab */
export function changePassword(confab) {
  const title = "Change your password";
  const { show, close } = openSteps(confab, title);
  const words = { bad_credentials: "The old password is another one." };
  const submit = async (/** @type {Record<string, string>} */ { old_password, new_password }) => {
    await confab.account.changePassword({ old_password, new_password }).catch(inWords(words));
    close();
    toast("Your password is changed, and all other devices are logged out.");
  };
  const fields = [
    passwordField("current-password", "Old password", "old_password"),
    passwordField("new-password", "New password", "new_password"),
  ];
  show(form({ title, fields, action: "Change", submit, below: [link("Cancel", close)] }));
}

/**
 * A first password, which takes a code as a forgotten one does.
 *
 * @param {Confab} confab
 * @param {{email: string} | {phone: string}} whose a proved address or number
 */
export function setPassword(confab, whose) {
  const title = "Set a password";
  const { show, close } = openSteps(confab, title);
  const submit = async (/** @type {Record<string, string>} */ { password }) => {
    const ask = () => confab.calls.forgot(whose);
    const verify = async (/** @type {Answered} */ answer) => {
      const entered = await confab.calls.reset({ ...answer, password });
      confab.enter(entered);
      confab.store.holdMe(entered.user);
      close();
      toast("Your password is set, and all other devices are logged out.");
    };
    show(await codeStep({ ask, verify, back: link("Cancel", close) }));
  };
  const fields = [passwordField("new-password", "New password")];
  show(form({ title, fields, action: "Continue", submit, below: [link("Cancel", close)] }));
}
