import { h } from "./dom.js";
import { field, form, link } from "./forms.js";
import { problemWords } from "./words.js";

const OUTBOX = "/dev/outbox";

/**
 * @typedef {object} CodeStep
 * @property {() => Promise<import("../client/types.js").Challenge>} ask has a code sent
 * @property {(answer: {challenge: string, code: string}) => Promise<unknown>} verify
 * @property {() => void} back
 */

/**
 * Have a code sent, and ask for it.
 *
 * @param {CodeStep} step
 * @returns {Promise<HTMLElement>}
 */
export async function codeStep({ ask, verify, back }) {
  let asked = await ask();
  const code = field("code", "Code", {
    inputmode: "numeric",
    autocomplete: "one-time-code",
    pattern: "[0-9]{6}",
    maxlength: 6,
    class: "code",
    oninput: (/** @type {InputEvent} */ { target }) => {
      const input = /** @type {HTMLInputElement} */ (target);
      if (/^\d{6}$/.test(input.value)) input.form?.requestSubmit();
    },
  });
  const hint = h("p", { class: "hint" }, `We have sent six digits to ${asked.to}.`);
  const again = resend(asked.resend_in, async () => {
    asked = await ask();
    return asked.resend_in;
  });
  const step = form({
    title: "Enter the code",
    fields: [hint, code],
    action: "Confirm",
    submit: ({ code }) => verify({ challenge: asked.challenge, code }).catch(explained),
    below: [again, link("Back", back)],
  });
  showOutbox(hint);
  return step;
}

/** @param {any} error @returns {never} */
function explained(error) {
  const left = error.body?.attempts_left;
  if (error.code !== "wrong_code" || left === undefined) throw error;
  throw new Error(`That is not the code. ${left === 1 ? "One try" : `${left} tries`} left.`);
}

/** @param {number} seconds @param {() => Promise<number>} act */
function resend(seconds, act) {
  const button = link("", async () => {
    button.disabled = true;
    await act().then(wait, (error) => (button.textContent = problemWords(error)));
  });
  const wait = (/** @type {number} */ left) => {
    button.disabled = left > 0;
    button.textContent = left > 0 ? `Send again in ${left} s` : "Send again";
    if (left > 0) setTimeout(() => wait(left - 1), 1000);
  };
  wait(seconds);
  return button;
}

/**
 * In development the server shows what it would have mailed.
 *
 * @param {HTMLElement} hint
 */
async function showOutbox(hint) {
  const answer = await fetch(OUTBOX).catch(() => null);
  if (!answer?.ok) return;
  hint.append(" ", h("a", { href: OUTBOX, target: "_blank" }, "Open the development outbox"));
}
