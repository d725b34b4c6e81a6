import { PLAIN_FILE } from "../../client/index.js";
import { attachedUpload, discard } from "../files/attachments.js";
import { mayRetry, maySendAsFile, troubleWords } from "../files/file-words.js";
import { dropLocalImage, keepLocalImage } from "../files/pictures.js";
import { h } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { timeOfDay } from "../ui/words.js";
import { album } from "./album.js";
import { labelledLock } from "./bubble.js";
import { outgoingQuote } from "./quote.js";
import { waiting } from "./summary.js";
import { linked } from "./text.js";

/**
 * @typedef {import("../../client/types.js").Outgoing} Outgoing
 * @typedef {import("../shell.js").Desk} Desk
 * @typedef {import("./lines.js").Line} Line
 */

/**
 * A message on its way: waiting, or refused and waiting for the person's decision.
 *
 * @param {Desk} desk
 * @param {import("../../client/types.js").Chat} chat
 * @param {Outgoing} entry
 * @param {import("./timeline.js").Hand} hand
 * @param {Line[]} lines of the album that begins with it; otherwise its own alone
 */
export function outgoingBubble(desk, chat, entry, hand, lines) {
  const content = () =>
    lines.length > 1 ? album(desk, chat, lines, hand) : attachedUpload(desk, entry);
  const make = () =>
    h(
      "li",
      { class: entry.problem ? "line mine failed" : "line mine queued" },
      h(
        "div",
        { class: "bubble" },
        h("span", { class: "visually-hidden" }, "You: "),
        outgoingQuote(desk, entry),
        content(),
        entry.text && h("p", { dir: "auto" }, ...linked(entry.text)),
        h(
          "span",
          { class: "meta" },
          entry.no_forward && labelledLock(),
          h("time", {}, timeOfDay(entry.at)),
          entry.problem ? icon("warning") : waiting(),
        ),
      ),
      entry.problem && refusal(desk, entry, entry.problem),
    );
  const states = lines.map(({ outgoing }) => outgoing && stateOf(desk, outgoing));
  return { stamp: JSON.stringify([lines, states]), make };
}

/** @param {Desk} desk @param {Outgoing} entry */
function stateOf({ confab }, { client_id }) {
  const state = confab.files?.uploads.get(client_id)?.state;
  return state === "ready" || state === "failed" ? state : "moving";
}

/**
 * @param {Desk} desk
 * @param {Outgoing} entry
 * @param {import("../../client/types.js").ProblemBody} problem
 */
function refusal(desk, entry, problem) {
  const { files } = desk.confab;
  const lost = files?.needsFile(entry);
  const again = () => (lost ? chooseAgain(desk, entry) : files?.retry(entry));
  const asFile = () => {
    dropLocalImage(entry.client_id);
    files?.retry(entry, undefined, PLAIN_FILE);
  };
  return h(
    "p",
    { class: "refusal", role: "alert" },
    `Not sent. ${troubleWords(problem)} `,
    maySendAsFile(problem) && !lost && h("button", { class: "link", onclick: asFile }, "Send as a file"),
    mayRetry(problem) &&
      h("button", { class: "link", onclick: again }, lost ? "Choose it again" : "Try again"),
    h("button", { class: "link", onclick: () => discard(desk, entry) }, "Discard"),
  );
}

/**
 * A page that is loaded anew may not read what was chosen before, so the person shows it again.
 *
 * @param {Desk} desk
 * @param {Outgoing} entry
 */
function chooseAgain({ confab }, entry) {
  const input = h("input", { type: "file" });
  input.addEventListener("change", async () => {
    const file = input.files?.[0];
    if (!file) return;
    await keepLocalImage(entry.client_id, file);
    confab.files?.retry(entry, file);
  });
  input.click();
}
