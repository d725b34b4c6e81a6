import { h, theirs } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { attempt } from "../ui/overlays.js";

const LONGEST = 64;
const MOST_SUGGESTED = 12;

/**
 * @typedef {import("../../client/types.js").Message} Message
 * @typedef {import("../shell.js").Desk} Desk
 */

/**
 * My own labels on a message; pressing them opens the editor.
 *
 * @param {Desk} desk
 * @param {Message} message
 */
export function tagChips(desk, message) {
  const { tags } = message;
  return h(
    "button",
    {
      class: "tags",
      "data-again": "tags",
      "aria-label": `Your tags: ${tags.join(", ")}. Edit`,
      onclick: () => openTags(desk, message),
    },
    icon("tag"),
    ...tags.map((tag) => h("span", { class: "tag" }, theirs(tag))),
  );
}

/**
 * Where one puts private tags on a message and takes them away.
 *
 * @param {Desk} desk
 * @param {Message} message
 */
export function openTags({ confab }, message) {
  const { store } = confab;
  const current = () => store.history(message.chat).get(message.number) ?? message;
  const list = h("ul", { class: "tag-list", "aria-label": "Tags of this message" });
  const ideas = h("div", { class: "ideas", role: "group", "aria-label": "Tags used before" });
  const input = h("input", {
    "aria-label": "New tag",
    placeholder: "Add a tag",
    dir: "auto",
    maxlength: LONGEST,
    autocapitalize: "none",
    enterkeyhint: "done",
    autocomplete: "off",
  });
  const add = h("button", { class: "primary" }, "Add");
  const form = h("form", { class: "row" }, input, add);
  const dialog = h(
    "dialog",
    { class: "panel tag-editor", "aria-label": "Tags" },
    h("h2", {}, "Tags"),
    h("p", { class: "hint" }, "Only you see them."),
    list,
    form,
    ideas,
    h("form", { method: "dialog", class: "row end" }, h("button", { class: "quiet" }, "Close")),
  );

  /** @param {string} tag @param {boolean} on */
  async function put(tag, on) {
    if (!(await attempt(confab.messages.tag(current(), tag, on)))) return;
    input.value = "";
    draw();
    input.focus();
  }

  function draw() {
    const { tags } = current();
    list.replaceChildren(...tags.map((tag) => h("li", {}, removable(tag, () => put(tag, false)))));
    list.hidden = tags.length === 0;
    const typed = input.value.trim().toLocaleLowerCase();
    const offered = store
      .tags()
      .filter((tag) => !tags.includes(tag) && tag.toLocaleLowerCase().includes(typed))
      .slice(0, MOST_SUGGESTED)
      .map((tag) => h("button", { class: "tag", onclick: () => put(tag, true) }, theirs(tag)));
    ideas.replaceChildren(...offered);
    ideas.hidden = offered.length === 0;
    add.disabled = typed === "";
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const tag = input.value.trim();
    if (tag) put(tag, true);
  });
  input.addEventListener("input", draw);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  draw();
  dialog.showModal();
  input.focus();
}

/** @param {string} tag @param {() => void} remove */
function removable(tag, remove) {
  return h(
    "span",
    { class: "tag" },
    theirs(tag),
    h("button", { "aria-label": `Remove the tag ${tag}`, onclick: remove }, icon("close")),
  );
}
