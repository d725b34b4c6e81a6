import { coalesced, h, keyed } from "../ui/dom.js";
import { link } from "../ui/forms.js";
import { icon } from "../ui/icons.js";
import { attempt } from "../ui/overlays.js";
import { dayOf } from "../ui/words.js";
import { row } from "./item.js";
import { openPreferences } from "./preferences.js";

/**
 * @typedef {import("../shell.js").Desk} Desk
 * @typedef {import("../../client/types.js").Notification} Notification
 */

/**
 * What happened, newest first, as long as it is open. Whatever it shows counts as seen.
 *
 * @param {Desk} desk
 * @param {AbortSignal} session when it has ended
 */
export function openPanel(desk, session) {
  const { confab } = desk;
  const closed = new AbortController();
  const close = () => dialog.close();
  const list = h("ul", { class: "items", "aria-label": "Notifications" });
  const hint = h("p", { class: "hint empty" }, "Nothing has happened yet.");
  const more = link("Show more", () => attempt(confab.feed.readMore()));
  const allRead = link("Mark all as read", () => attempt(readAll(desk)));
  const dialog = h(
    "dialog",
    { class: "settings feed", "aria-label": "Notifications" },
    head(desk, close),
    h("div", { class: "row end feed-actions" }, allRead),
    h("div", { class: "sections" }, list, hint, more),
  );
  const see = seeing(desk);

  function draw() {
    if (closed.signal.aborted) return;
    const { items } = confab.store;
    const shown = items.list();
    const today = dayOf(Date.now());
    keyed(
      list,
      shown.map((item) => ({
        key: item.id,
        stamp: JSON.stringify([item, today]),
        make: () => row(desk, item, close),
      })),
    );
    hint.hidden = shown.length > 0;
    more.hidden = !items.hasMore;
    allRead.hidden = items.counts.feed.unread === 0;
    see(shown);
  }

  const redraw = coalesced(draw);
  confab.addEventListener("change", redraw, { signal: closed.signal });
  document.addEventListener("visibilitychange", redraw, { signal: closed.signal });
  session.addEventListener("abort", close, { signal: closed.signal });
  dialog.addEventListener("click", (event) => event.target === dialog && close());
  dialog.addEventListener("close", () => {
    closed.abort();
    dialog.remove();
  });
  document.body.append(dialog);
  dialog.showModal();
  draw();
}

/** @param {Desk} desk @param {() => void} close */
function head(desk, close) {
  const arrange = () => openPreferences(desk);
  return h(
    "header",
    { class: "bar" },
    h("h2", {}, "Notifications"),
    h(
      "span",
      { class: "row" },
      h(
        "button",
        { class: "round", "aria-label": "What to hear of", onclick: arrange },
        icon("sliders"),
      ),
      h("button", { class: "round", "aria-label": "Close", onclick: close }, icon("close")),
    ),
  );
}

/** @param {Desk} desk */
async function readAll({ confab }) {
  const [newest] = confab.store.items.list();
  if (newest) await confab.feed.markReadUpTo(newest.id);
}

/**
 * Tells the server what is before the person's eyes, once for each newest item.
 *
 * @param {Desk} desk
 * @returns {(shown: Notification[]) => void}
 */
function seeing({ confab }) {
  let told = "";
  return (shown) => {
    const unseen = shown.some(({ seen_at }) => seen_at === null);
    if (!unseen || document.visibilityState !== "visible") return;
    const [{ id, updated_at }] = shown;
    if (told === id + updated_at) return;
    told = id + updated_at;
    confab.feed.markSeen(id).catch(() => {
      told = ""; // with the next change
    });
  };
}
