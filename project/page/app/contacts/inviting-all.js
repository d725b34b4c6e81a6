import { openSteps } from "../entry/steps.js";
import { h } from "../ui/dom.js";
import { link } from "../ui/forms.js";
import { problemWords } from "../ui/words.js";

/**
 * @typedef {import("../../client/confab.js").Confab} Confab
 * @typedef {import("../../client/contacts.js").Contacts} Contacts
 * @typedef {import("../../client/types.js").InviteResult} InviteResult
 */

const HINT =
  "Everyone of your contacts who is not here yet, 50 a day. Those who are invited already get no " +
  "second message.";

/** @param {Confab} confab @param {Contacts} contacts */
export function openInvitingAll(confab, contacts) {
  const { show, close } = openSteps(confab, "Invite everyone");
  const trouble = h("p", { class: "trouble", role: "alert" });

  /** @param {"sms" | "email"} channel */
  async function send(channel) {
    trouble.textContent = "";
    try {
      show(outcomeStep(await contacts.calls.inviteAll(channel), close));
    } catch (error) {
      trouble.textContent = problemWords(error);
    }
  }

  /** @param {string} text @param {"sms" | "email"} channel */
  const way = (text, channel) =>
    h("button", { class: "quiet wide", onclick: () => send(channel) }, text);
  show(
    h(
      "div",
      { class: "step" },
      h("h2", {}, "Invite everyone"),
      h("p", { class: "hint" }, HINT),
      way("By text message", "sms"),
      way("By e-mail", "email"),
      trouble,
      h("div", { class: "row" }, link("Cancel", close)),
    ),
  );
}

/** @param {InviteResult[]} results @param {() => void} close */
function outcomeStep(results, close) {
  const sent = results.filter(({ invite }) => invite).length;
  /** @type {Map<string, number>} */
  const refused = new Map();
  for (const { error } of results) {
    if (error) refused.set(error.code, (refused.get(error.code) ?? 0) + 1);
  }
  const lines = [...refused].map(([code, count]) => `${count.toLocaleString()} ${why(code)}`);
  return h(
    "div",
    { class: "step" },
    h("h2", {}, "Invite everyone"),
    h("p", { role: "status" }, `${sent.toLocaleString()} ${sent === 1 ? "is" : "are"} invited.`),
    h("ul", { class: "plain" }, ...lines.map((line) => h("li", {}, line))),
    h("button", { class: "primary wide", onclick: close }, "Done"),
  );
}

/** @param {string} code */
function why(code) {
  return REFUSED[code] ?? "could not be invited now";
}

/** @type {Record<string, string>} */
const REFUSED = {
  validation: "cannot be reached this way",
  forbidden: "are here already, or want no invitations",
  rate_limited: "have to wait until tomorrow",
};
