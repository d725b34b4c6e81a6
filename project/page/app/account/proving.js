import { codeStep } from "../entry/code-step.js";
import { openSteps, passwordField } from "../entry/steps.js";
import { h } from "../ui/dom.js";
import { form, link } from "../ui/forms.js";
import { attempt } from "../ui/overlays.js";
import { inWords } from "../ui/words.js";

/**
 * @typedef {import("../../client/confab.js").Confab} Confab
 * @typedef {Parameters<Confab["account"]["prove"]>[0]} Proof
 */

const WORDS = {
  bad_credentials: "This is not your password.",
  forbidden: "Log out and in again, then try once more within five minutes.",
};

/**
 * Do something that takes a recent proof that it is oneself. If that is wanting, the person is
 * asked for it and it is done again.
 *
 * @template T
 * @param {Confab} confab
 * @param {() => Promise<T>} act
 * @returns {Promise<T>}
 */
export async function proving(confab, act) {
  try {
    return await act();
  } catch (error) {
    if (/** @type {any} */ (error).body?.reason !== "reauthenticate") throw error;
  }
  await known(confab);
  await proof(confab);
  return act();
}

/** Once it is known who one is, hence by what one can prove it. @param {Confab} confab */
function known(confab) {
  return new Promise((resolve) => {
    const done = new AbortController();
    const look = () => {
      if (!confab.store.me) return;
      done.abort();
      resolve(undefined);
    };
    confab.addEventListener("change", look, { signal: done.signal });
    look();
  });
}

/** @param {Confab} confab @returns {Promise<void>} rejected when the person does not want to */
function proof(confab) {
  return new Promise((resolve, reject) => {
    const take = async (/** @type {Proof} */ given) => {
      await confab.account.prove(given);
      resolve();
      steps.close();
    };
    const what = "You have been logged in here for a while.";
    const title = "Confirm that it is you";
    const steps = askProof(confab, { title, what, action: "Confirm" }, take);
    const gaveUp = () => reject(new Error("Nothing was changed."));
    steps.closed.addEventListener("abort", gaveUp, { once: true });
  });
}

/**
 * Ask for the password, or for a code: whoever has neither goes on without.
 *
 * @param {Confab} confab
 * @param {{title: string, what: string, action: string, destroys?: boolean}} about
 * @param {(proof: Proof) => Promise<unknown>} take what to do with it
 */
export function askProof(confab, { title, what, action, destroys = false }, take) {
  const { me } = confab.store;
  const steps = openSteps(confab, title);
  const { show, close } = steps;
  const cancel = link("Cancel", close);
  const give = (/** @type {Proof} */ proof) => take(proof).catch(inWords(WORDS));
  const step = (
    /** @type {string} */ word,
    /** @type {(values: Record<string, string>) => Promise<unknown>} */ submit,
    /** @type {HTMLElement[]} */ fields,
    /** @type {HTMLElement[]} */ below,
  ) => {
    const hint = h("p", { class: "hint" }, what);
    return form({ title, fields: [hint, ...fields], action: word, destroys, submit, below });
  };
  const byCode = async () =>
    show(
      await codeStep({
        ask: () => confab.account.askCode(),
        verify: give,
        back: link("Cancel", close),
        ...(destroys && { destroying: action }),
      }),
    );
  const reachable = me?.email_verified || me?.phone_verified;
  const below = reachable
    ? [link("Use a code instead", () => attempt(byCode())), cancel]
    : [cancel];
  const byPassword = (/** @type {Record<string, string>} */ { password = "" }) =>
    give({ password });
  if (me?.has_password) show(step(action, byPassword, [passwordField("current-password")], below));
  else if (reachable) show(step("Send me a code", byCode, [], [cancel]));
  else show(step(action, () => give({}), [], [cancel]));
  return steps;
}
