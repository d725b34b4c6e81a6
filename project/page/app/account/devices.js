import { h, theirs } from "../ui/dom.js";
import { link } from "../ui/forms.js";
import { attempt } from "../ui/overlays.js";
import { briefTime, problemWords } from "../ui/words.js";

/**
 * @typedef {import("../../client/confab.js").Confab} Confab
 * @typedef {import("../../client/types.js").Session} Session
 */

/**
 * Where one is logged in, each with a way to end it.
 *
 * @param {Confab} confab
 * @param {AbortSignal} signal when nobody looks any more
 */
export function devices(confab, signal) {
  const { account } = confab;
  const list = h("ul", { class: "plain" }, h("li", { class: "hint" }, "Loading…"));
  const others = link("Log out everywhere else", () =>
    attempt(account.endOtherSessions()).then(read),
  );
  others.hidden = true;

  async function read() {
    const sessions = await account.sessions();
    others.hidden = sessions.length < 2;
    list.replaceChildren(...sessions.map(row));
  }

  /** @param {Session} session */
  function row(session) {
    const { name } = session;
    const used = session.current ? "This device" : `Last used: ${briefTime(session.last_used_at)}`;
    const about = session.ip ? `${used} · ${session.ip}` : used;
    const end = () => attempt(account.endSession(session.id)).then(read);
    return h(
      "li",
      { class: "row spread" },
      h("span", {}, theirs(name), h("small", {}, about)),
      session.current ? null : link("Log out", end, `Log out: ${name}`),
    );
  }

  const show = () =>
    read().catch((error) => list.replaceChildren(h("li", { class: "hint" }, problemWords(error))));
  // A new password or address logs other devices out.
  const changed = (/** @type {any} */ { detail }) => detail.kind === "me.updated" && show();
  confab.addEventListener("change", changed, { signal });
  show();
  return h("div", {}, list, others);
}
