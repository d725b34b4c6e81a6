import { avatar } from "../people/avatar.js";
import { nameOf } from "../people/names.js";
import { h, theirs } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { attempt, openMenu, toast } from "../ui/overlays.js";
import { briefTime, exactTime } from "../ui/words.js";
import { openDeliveries } from "./deliveries.js";
import { follow } from "./following.js";

const MUTE_MS = 8 * 3_600_000;

/**
 * @typedef {import("../shell.js").Desk} Desk
 * @typedef {import("../../client/types.js").Notification} Notification
 */

/**
 * One item of the list: choosing it reads it and goes to what it is about.
 *
 * @param {Desk} desk
 * @param {Notification} item
 * @param {() => void} close the list
 */
export function row(desk, item, close) {
  const chosen = () => {
    close();
    attempt(follow(desk, item));
  };
  const more = h(
    "button",
    {
      class: "round",
      "aria-label": `More about: ${item.title}`,
      "data-again": "more",
      onclick: () => openMenu(more, choices(desk, item)),
    },
    icon("more"),
  );
  return h(
    "li",
    { class: item.read_at ? "item" : "item unread" },
    h(
      "button",
      { class: "item-main", "data-again": "item", onclick: chosen },
      ...content(desk, item),
    ),
    more,
  );
}

/** @param {Desk} desk @param {Notification} item */
function content({ confab }, item) {
  const faces = item.actors.map((actor) => avatar(confab, actor));
  return [
    h("span", { class: "faces" }, ...(faces.length ? faces : [icon("bell")])),
    h(
      "span",
      { class: "item-text" },
      h("strong", { dir: "auto" }, item.title),
      item.body && h("span", { class: "item-body", dir: "auto" }, item.body),
      h(
        "small",
        {},
        h("time", { title: exactTime(item.updated_at) }, briefTime(item.updated_at)),
        item.actor_count > 1 && h("span", {}, " · ", ...names(item)),
      ),
    ),
    item.read_at ? null : h("span", { class: "visually-hidden" }, "Unread"),
  ];
}

/**
 * Who did it: the last three by name, the others counted.
 *
 * @param {Notification} item
 */
function names({ actors, actor_count }) {
  const shown = actors.flatMap((actor, place) => [place ? ", " : "", theirs(nameOf(actor))]);
  const others = actor_count - actors.length;
  return others > 0 ? [...shown, ` and ${others} more`] : shown;
}

/**
 * @param {Desk} desk
 * @param {Notification} item
 * @returns {import("../ui/overlays.js").MenuItem[]}
 */
function choices(desk, item) {
  const { feed } = desk.confab;
  return [
    !item.read_at && {
      label: "Mark as read",
      act: () => attempt(feed.markRead([item.id])),
    },
    { label: "Why did I not hear of it?", act: () => openDeliveries(desk, item) },
    (item.reference || item.actors.length > 0) && {
      label: "No pushes of this for 8 hours",
      act: () => mute(desk, item),
    },
    { label: "Archive", act: () => attempt(feed.archive(item.id)) },
  ];
}

/** Of what the item is about, or else of whom. @param {Desk} desk @param {Notification} item */
async function mute({ confab: { feed } }, item) {
  const until = new Date(Date.now() + MUTE_MS).toISOString();
  const what = item.reference ? { reference: item.reference } : { user: item.actors[0].id };
  const add = async () => {
    const now = await feed.preferences();
    await feed.replacePreferences({ ...now, mutes: [...now.mutes, { ...what, until }] });
  };
  if (await attempt(add())) toast("It still comes into this list, and makes no noise.");
}
