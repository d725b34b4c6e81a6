import { h } from "./dom.js";
import { confirmed, toast } from "./overlays.js";
import { askProof } from "./proving.js";

/** @typedef {import("../client/confab.js").Confab} Confab */

const WHAT =
  "Your profile, your devices and your settings are erased, and your address and number become " +
  "free. What you have written stays with those you wrote to, without your name.";

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
  const about = {
    title: "Delete your account for good?",
    what: WHAT,
    action: "Delete my account",
    destroys: true,
  };
  askProof(confab, about, async (proof) => {
    await confab.leave(proof);
    toast("Your account is deleted.");
  });
}
