import { newClientId } from "../../client/index.js";
import { avatar } from "../people/avatar.js";
import { nameOf } from "../people/names.js";
import { h, said, theirs } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { attempt } from "../ui/overlays.js";
import { exactTime, problemWords } from "../ui/words.js";
import { summary } from "./summary.js";

const MOST = 5;
/** From here on nobody can tell any more where it came from. */
const MANY_HOPS = 5;

/**
 * @typedef {import("../../client/types.js").Chat} Chat
 * @typedef {import("../../client/types.js").Message} Message
 * @typedef {import("../shell.js").Desk} Desk
 */

/**
 * Over a forwarded message: whose words these are, where their author lets it be known.
 *
 * @param {import("../../client/types.js").Forward} forward
 * @param {string} me
 */
export function originLine({ sender, name, created_at: at, hops }, me) {
  const from = sender === me ? "you" : name && nameOf({ name });
  const words = hops >= MANY_HOPS ? "Forwarded many times" : "Forwarded";
  return h(
    "div",
    { class: "origin", title: `First sent ${exactTime(at)}` },
    icon("forward"),
    words,
    ...(from && hops < MANY_HOPS ? said` from ${from}` : []),
  );
}

/**
 * Choose up to five chats that a message is passed on to, and see what became of each.
 *
 * @param {Desk} desk
 * @param {Message} message
 */
export function openForwarding(desk, message) {
  const { confab } = desk;
  /** @type {Set<string>} */
  const chosen = new Set();
  /** The same name at each try, so that none is sent twice. @type {Map<string, string>} */
  const names = new Map(confab.store.chats().map(({ id }) => [id, newClientId()]));
  const targets = confab.store
    .chats()
    .filter(({ peer }) => !desk.people.isBarred(peer))
    .map((chat) => target(confab, chat, choose));
  const find = h("input", {
    type: "search",
    dir: "auto",
    placeholder: "Search your chats",
    "aria-label": "Search your chats",
  });
  const hint = h("p", { class: "hint", role: "status" });
  const send = h("button", { class: "primary" }, "Forward");
  const cancel = h("button", { type: "button", class: "quiet", onclick: () => dialog.close() });
  const form = h(
    "form",
    {},
    h("div", { class: "search" }, icon("search"), find),
    h("ul", { class: "targets" }, ...targets.map(({ element }) => element)),
    hint,
    h("div", { class: "row end" }, cancel, send),
  );
  const dialog = h(
    "dialog",
    { class: "panel forwarding", "aria-label": "Forward to" },
    h("h2", {}, "Forward to"),
    h("p", { class: "excerpt", dir: "auto" }, summary(message)),
    form,
  );

  /** @param {string} chat @param {boolean} on */
  function choose(chat, on) {
    if (on) chosen.add(chat);
    else chosen.delete(chat);
    draw();
  }

  function draw() {
    const full = chosen.size >= MOST;
    for (const one of targets) one.draw(find.value, full);
    const done = targets.some((one) => one.sent);
    send.disabled = chosen.size === 0;
    send.textContent = chosen.size > 1 ? `Forward (${chosen.size})` : "Forward";
    cancel.textContent = done ? "Close" : "Cancel";
    hint.textContent = full ? "At most five at once." : targets.length ? "" : "No chats yet.";
  }

  async function submit() {
    send.disabled = true;
    const wanted = [...chosen].map((chat) => ({ chat, client_id: names.get(chat) ?? "" }));
    const forwarding = confab.messages.forward(message, wanted);
    if (await attempt(forwarding)) {
      for (const result of await forwarding) {
        targets.find(({ chat }) => chat === result.chat)?.tell(result);
        if ("message" in result) chosen.delete(result.chat);
      }
    }
    draw();
    if (!chosen.size) cancel.focus();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (chosen.size && !send.disabled) submit();
  });
  find.addEventListener("input", draw);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  draw();
  dialog.showModal();
  find.focus();
}

/**
 * One chat to choose, and what became of it.
 *
 * @param {import("../../client/confab.js").Confab} confab
 * @param {Chat} chat
 * @param {(chat: string, on: boolean) => void} choose
 */
function target(confab, { id, peer }, choose) {
  const box = h("input", { type: "checkbox", onchange: () => choose(id, box.checked) });
  const outcome = h("small", { role: "status" });
  const element = h(
    "li",
    {},
    h(
      "label",
      { class: "target" },
      avatar(confab, peer),
      h("span", { class: "who" }, h("span", { class: "name" }, theirs(nameOf(peer))), outcome),
      box,
    ),
  );
  const words = `${nameOf(peer)} @${peer.username ?? ""}`.toLocaleLowerCase();
  let sent = false;

  /** @param {import("../../client/types.js").Forwarded} result */
  function tell(result) {
    sent = "message" in result;
    outcome.textContent = "error" in result ? `Not sent. ${wordsFor(result.error)}` : "Sent";
    element.dataset.outcome = sent ? "sent" : "failed";
  }

  /** @param {string} query @param {boolean} full no more may be chosen */
  function draw(query, full) {
    element.hidden = !words.includes(query.trim().toLocaleLowerCase()) && !box.checked;
    box.disabled = sent || (full && !box.checked);
  }
  return {
    chat: id,
    element,
    tell,
    draw,
    get sent() {
      return sent;
    },
  };
}

/** @param {import("../../client/types.js").ProblemBody} problem */
function wordsFor({ code, detail, title }) {
  return problemWords({ code, message: detail || title });
}
