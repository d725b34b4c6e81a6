import { h, said, theirs } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { problemWords } from "../ui/words.js";
import { originLine } from "./forwarding.js";
import { quote } from "./quote.js";
import { actionLabel } from "./summary.js";
import { tagChips } from "./tags.js";

/**
 * @typedef {import("../../client/types.js").Message} Message
 * @typedef {import("../shell.js").Desk} Desk
 */

/**
 * What stands over a message's own words.
 *
 * @param {Desk} desk
 * @param {import("../../client/types.js").Chat} chat
 * @param {Message} message
 * @param {import("./timeline.js").Hand} hand
 */
export function above(desk, chat, message, hand) {
  const { forward, reply_to: quoted } = message;
  return [
    forward && originLine(forward, desk.confab.store.myId),
    quoted && quote(desk, chat, quoted, hand),
  ];
}

/**
 * What stands under them.
 *
 * @param {Desk} desk
 * @param {Message} message
 */
export function below(desk, message) {
  const { action, preview, reference, tags } = message;
  return [
    preview && linkCard(preview),
    reference && referenceLine(reference),
    action && actionButton(desk, message, action),
    tags.length > 0 && tagChips(desk, message),
  ];
}

const PICTURE = /^data:image\/(?:png|jpeg|webp|gif);/;

/**
 * What a link leads to. The server has looked; this browser asks nobody.
 *
 * @param {import("../../client/types.js").Preview} preview
 */
export function linkCard({ url, title, description, site, image }) {
  return h(
    "a",
    { class: "link-card", href: webAddress(url), target: "_blank", rel: "noopener noreferrer" },
    image && PICTURE.test(image) && h("img", { src: image, alt: "" }),
    h(
      "span",
      { class: "about" },
      h("small", {}, theirs(site || hostOf(url))),
      h("strong", { dir: "auto" }, title),
      description && h("span", { dir: "auto" }, description),
    ),
  );
}

/** @param {string} url an address of the web, or null for what is none: then it is no link */
function webAddress(url) {
  return /^https?:\/\//.test(url) ? url : null;
}

/** @param {string} url */
function hostOf(url) {
  try {
    return new URL(url).host;
  } catch {
    return "";
  }
}

/**
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
 * @param {import("../shell.js").Desk} desk
 * @param {Message} message
 * @param {import("../../client/types.js").Action} action
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
    button.replaceChildren(icon(state === "done" ? "check" : "bolt"), theirs(actionLabel(action)));
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
 * @param {import("../../client/types.js").Reference} reference
 */
export function referenceLine({ type, id }) {
  return h(
    "small",
    { class: "reference" },
    h("span", { class: "visually-hidden" }, "About "),
    ...said`${type} · ${id}`,
  );
}
