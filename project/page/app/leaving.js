import { codeStep } from "./code-step.js";
import { h } from "./dom.js";
import { form, link } from "./forms.js";
import { attempt, confirmed, toast } from "./overlays.js";
import { openSteps, passwordField } from "./steps.js";
import { inWords } from "./words.js";

/**
 * @typedef {import("../client/confab.js").Confab} Confab
 * @typedef {Parameters<Confab["leave"]>[0]} Proof
 */

const DELETE = "Delete my account";
const WORDS = {
  bad_credentials: "This is not your password.",
  forbidden: "Log out and in again, then delete the account within ten minutes.",
};

/** @param {Confab} confab */
export function leaving(confab) {
  return h(
    "section",
    {},
    h("button", { class: "quiet wide", onclick: () => logOut(confab) }, "Log out"),
    h("button", { class: "danger wide", onclick: () => leave(confab) }, "Delete my account…"),
  );
}

/** @param {Confab} confab */
async function logOut(confab) {
  const waiting = confab.outbox?.list().length;
  const warning = `${waiting} not yet sent. They wait here until you log in again.`;
  if (waiting && !(await confirmed("Log out?", warning, "Log out"))) return;
  await confab.logout();
}

/**
 * Whoever leaves proves again that it is them: by the password, or by a code.
 *
 * @param {Confab} confab
 */
function leave(confab) {
  const { me } = confab.store;
  if (!me) return;
  const { show, close } = openSteps(confab, DELETE);
  const cancel = link("Cancel", close);
  const byCode = async () =>
    show(
      await codeStep({
        ask: () => confab.account.confirm(),
        verify: (answer) => goodbye(confab, answer),
        back: link("Cancel", close),
        destroying: DELETE,
      }),
    );
  const reachable = me.email_verified || me.phone_verified;
  const instead = reachable && link("Use a code instead", () => attempt(byCode()));
  if (me.has_password) show(passwordStep(confab, instead ? [instead, cancel] : [cancel]));
  else if (reachable) show(step("Send me a code", byCode, [], [cancel]));
  else show(step(DELETE, () => goodbye(confab, {}), [], [cancel]));
}

/** @param {Confab} confab @param {HTMLElement[]} below */
function passwordStep(confab, below) {
  const submit = (/** @type {Record<string, string>} */ { password }) =>
    goodbye(confab, { password });
  return step(DELETE, submit, [passwordField("current-password")], below);
}

/**
 * @param {string} action
 * @param {(values: Record<string, string>) => Promise<unknown>} submit
 * @param {HTMLElement[]} fields
 * @param {HTMLElement[]} below
 */
function step(action, submit, fields, below) {
  const what = h(
    "p",
    { class: "hint" },
    "Your profile, your devices and your settings are erased, and your address and number become " +
      "free. What you have written stays with those you wrote to, without your name.",
  );
  return form({
    title: "Delete your account for good?",
    fields: [what, ...fields],
    action,
    destroys: true,
    submit,
    below,
  });
}

/** @param {Confab} confab @param {Proof} proof */
async function goodbye(confab, proof) {
  await confab.leave(proof).catch(inWords(WORDS));
  toast("Your account is deleted.");
}
