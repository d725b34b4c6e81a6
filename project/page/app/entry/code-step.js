import { h } from "../ui/dom.js";
import { field, form, link } from "../ui/forms.js";
import { problemWords, triesLeft } from "../ui/words.js";

const OUTBOX = "/dev/outbox";
const TRIES = 5;

/**
 * @typedef {object} CodeStep
 * @property {() => Promise<import("../../client/types.js").Challenge>} ask has a code sent
 * @property {(answer: import("../../client/types.js").Answered) => Promise<unknown>} verify
 * @property {HTMLElement} back leads out of here
 * @property {string} [destroying] the word on the button, when the code lets something be undone
 *   by nothing; then six digits alone do not set it off
 */

/**
 * Have a code sent, and ask for it.
 *
 * @param {CodeStep} step
 * @returns {Promise<HTMLElement>}
 */
export async function codeStep({ ask, verify, back, destroying }) {
  let asked = await ask();
  const hint = h("p", { class: "hint" });
  const tell = () => hint.replaceChildren(whereTo(asked), ...(outbox ? [" ", outbox] : []));
  const outbox = await outboxLink();
  tell();
  const again = resend(asked.resend_in, async () => {
    asked = await ask();
    tell();
    return asked.resend_in;
  });
  const code = codeField(destroying === undefined);
  return form({
    title: "Enter the code",
    fields: [hint, code],
    action: destroying ?? "Confirm",
    destroys: destroying !== undefined,
    submit: (values) =>
      verify({ challenge: asked.challenge, code: values.code ?? "" }).catch((error) => {
        code.querySelector("input")?.select(); // typing again replaces it
        throw explained(error);
      }),
    below: [again, back],
  });
}

/** @param {import("../../client/types.js").Challenge} asked */
function whereTo({ to, channel, attempts_left }) {
  const way = channel === "sms" ? "by text message " : "";
  const left = attempts_left < TRIES ? ` ${triesLeft(attempts_left)}` : "";
  return `We have sent six digits ${way}to ${to}.${left}`;
}

/** @param {boolean} submits as soon as it is whole */
function codeField(submits) {
  const entered = (/** @type {InputEvent} */ { target }) => {
    const input = /** @type {HTMLInputElement} */ (target);
    if (submits && /^\d{6}$/.test(input.value)) input.form?.requestSubmit();
  };
  return field("code", "Code", {
    inputmode: "numeric",
    autocomplete: "one-time-code",
    pattern: "[0-9]{6}",
    maxlength: 6,
    class: "code",
    oninput: entered,
  });
}

/** @param {any} error */
function explained(error) {
  const left = error.body?.attempts_left;
  if (error.code !== "wrong_code" || left === undefined) return error;
  return new Error(`That is not the code. ${triesLeft(left)}`);
}

/**
 * "Send again", once it is time for it.
 *
 * @param {number} seconds until then
 * @param {() => Promise<number>} act answers the seconds until the next time
 */
function resend(seconds, act) {
  const button = link("", async () => {
    button.disabled = true;
    await act().then(waitFor, (error) => {
      button.textContent = problemWords(error);
      setTimeout(waitFor, 3000, error.retryAfter ?? 0);
    });
  });
  /** @param {number} until milliseconds since 1970: a hidden page's clocks run slowly */
  const wait = (until) => {
    const left = Math.ceil((until - Date.now()) / 1000);
    button.disabled = left > 0;
    button.textContent = left > 0 ? `Send again in ${left} s` : "Send again";
    if (left > 0) setTimeout(wait, 1000, until);
  };
  const waitFor = (/** @type {number} */ seconds) => wait(Date.now() + seconds * 1000);
  waitFor(seconds);
  return button;
}

/** In development the server shows what it would have sent. */
async function outboxLink() {
  const answer = await fetch(OUTBOX, { method: "HEAD" }).catch(() => null);
  if (!answer?.ok) return null;
  return h("a", { href: OUTBOX, target: "_blank" }, "Open the development outbox");
}
