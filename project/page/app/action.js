import { h } from "./dom.js";
import { icon } from "./icons.js";
import { actionLabel } from "./summary.js";
import { problemWords } from "./words.js";

/**
 * @typedef {import("../client/types.js").Message} Message
 * @typedef {{state: "idle" | "busy" | "done" | "failed", why?: string}} Outcome
 */

/**
 * What became of pressing each button, by whose, chat and number: bubbles are drawn anew now and then.
 * @type {Map<string, Outcome>}
 */
const outcomes = new Map();

/**
 * The button of a message that asks for something to be done.
 *
 * @param {import("./shell.js").Desk} desk
 * @param {Message} message
 * @param {import("../client/types.js").Action} action
 */
export function actionButton({ confab }, message, action) {
  const key = `${confab.store.myId} ${message.chat} ${message.number}`;
  const button = h("button", { class: "act", "data-again": "act", onclick: press });
  const said = h("p", { class: "outcome", role: "status" });
  const element = h("div", { class: "action" }, button, said);

  async function press() {
    if (outcomes.get(key)?.state === "busy") return;
    show({ state: "busy" });
    try {
      await confab.messages.act(message);
      show({ state: "done" });
    } catch (error) {
      show({ state: "failed", why: problemWords(error) });
    }
  }

  /** @param {Outcome} outcome */
  function show(outcome) {
    outcomes.set(key, outcome);
    draw(outcome);
  }

  /** @param {Outcome} outcome */
  function draw({ state, why }) {
    element.dataset.state = state;
    button.setAttribute("aria-busy", String(state === "busy"));
    button.replaceChildren(icon(state === "done" ? "check" : "bolt"), actionLabel(action));
    said.hidden = state === "idle";
    said.textContent = wordsFor(state, why);
  }

  draw(outcomes.get(key) ?? { state: "idle" });
  return element;
}

/** @param {Outcome["state"]} state @param {string} [why] */
function wordsFor(state, why) {
  if (state === "failed") return `That did not work. ${why}`;
  return { busy: "Working…", done: "Done", idle: "" }[state];
}

/**
 * What the message is about, in the words of the application around the chat.
 *
 * @param {import("../client/types.js").Reference} reference
 */
export function referenceLine({ type, id }) {
  return h(
    "small",
    { class: "reference" },
    h("span", { class: "visually-hidden" }, "About "),
    `${type} · ${id}`,
  );
}
