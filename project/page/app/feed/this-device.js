import { h } from "../ui/dom.js";
import { link } from "../ui/forms.js";
import { attempt } from "../ui/overlays.js";
import { briefTime, inWords, problemWords } from "../ui/words.js";
import { canNotify, notifyHere, stopHere } from "./notices.js";

/**
 * @typedef {import("../shell.js").Desk} Desk
 * @typedef {import("../../client/types.js").Device} Device
 */

const PLATFORMS = { web: "Browser", android: "Android", ios: "iPhone or iPad" };
const REFUSED = "This browser takes no notifications here, or has been told not to.";

/**
 * Notifications while the page is closed, and where else they go.
 *
 * @param {Desk} desk
 */
export function thisDevice({ confab }) {
  const list = h("ul", { class: "plain" });
  const ask = h("button", { class: "quiet wide" }, "Notify me on this device");
  ask.addEventListener("click", async () => {
    ask.disabled = true;
    await attempt(notifyHere(confab).catch(inWords({ not_found: "This server sends no pushes." })));
    ask.disabled = false;
    show();
  });

  async function read() {
    const devices = await confab.feed.devices();
    const session = confab.tokens.held?.session;
    const isHere = (/** @type {Device} */ device) => device.session === session;
    ask.hidden = !canNotify() || devices.some(isHere);
    const rows = devices.map((device) => row(device, isHere(device)));
    if (!canNotify()) rows.push(h("li", { class: "hint" }, REFUSED));
    list.replaceChildren(...rows);
  }

  /** @param {Device} device @param {boolean} here */
  function row({ id, platform, created_at }, here) {
    const about = here ? "This device" : `Since: ${briefTime(created_at)}`;
    const stop = async () => {
      await attempt(confab.feed.removeDevice(id));
      if (here) await attempt(stopHere());
      show();
    };
    return h(
      "li",
      { class: "row spread" },
      h("span", {}, PLATFORMS[platform], h("small", {}, about)),
      link("Stop", stop, `Stop pushes: ${about}`),
    );
  }

  const show = () =>
    read().catch((error) => list.replaceChildren(h("li", { class: "hint" }, problemWords(error))));
  show();
  return h("div", {}, list, ask);
}
