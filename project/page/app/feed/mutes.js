import { nameOf } from "../people/names.js";
import { h, theirs } from "../ui/dom.js";
import { link } from "../ui/forms.js";
import { exactTime } from "../ui/words.js";

/**
 * @typedef {import("./preferences.js").Wanted} Wanted
 * @typedef {import("../shell.js").Desk} Desk
 * @typedef {import("../../client/types.js").Mute} Mute
 */

/**
 * What is muted for a while, each with a way to end it.
 *
 * @param {Desk} desk
 * @param {Wanted} wanted
 */
export function mutes(desk, wanted) {
  const list = h("ul", { class: "plain" });

  function draw() {
    const { mutes } = wanted.now;
    const hint = h("li", { class: "hint" }, "Nothing. Mute from the menu beside a notification.");
    list.replaceChildren(...(mutes.length ? mutes.map(row) : [hint]));
  }

  /** @param {Mute} mute */
  function row(mute) {
    const what = nameOfMuted(desk, mute);
    const same = JSON.stringify(mute);
    const end = () =>
      wanted
        .save(({ mutes }) => ({ mutes: mutes.filter((one) => JSON.stringify(one) !== same) }))
        .then(draw);
    return h(
      "li",
      { class: "row spread" },
      h("span", {}, theirs(what), h("small", {}, `Until ${exactTime(mute.until)}`)),
      link("Unmute", end, `Unmute: ${what}`),
    );
  }

  draw();
  return list;
}

/** As far as it is known here. @param {Desk} desk @param {Mute} mute */
function nameOfMuted({ confab: { store } }, { user, reference }) {
  if (reference?.type === "chat") {
    const chat = store.chat(reference.id);
    return chat ? nameOf(chat.peer) : "A chat";
  }
  if (reference) return `${reference.type} ${reference.id}`;
  const actors = store.items.list().flatMap((item) => item.actors);
  const known = actors.find(({ id }) => id === user);
  return known ? nameOf(known) : "Somebody";
}
