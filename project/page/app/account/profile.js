import { avatar } from "../people/avatar.js";
import { h } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { attempt } from "../ui/overlays.js";
import { cropped } from "./crop.js";

/**
 * @typedef {import("../../client/confab.js").Confab} Confab
 * @typedef {import("../../client/types.js").Me} Me
 */

/**
 * Who one is, with the picture that others see, to be changed or taken away.
 *
 * @param {Confab} confab
 * @param {Me} me
 * @param {AbortSignal} signal
 */
export function identity(confab, me, signal) {
  const face = h("span", { class: "face" });
  const change = h("button", { type: "button", class: "link", onclick: () => input.click() });
  const remove = h(
    "button",
    { type: "button", class: "link", onclick: () => working(save(confab, { avatar: null })) },
    "Remove picture",
  );
  const input = h("input", {
    type: "file",
    accept: "image/*",
    "aria-label": "Your picture",
    hidden: true,
  });
  const status = h("p", { class: "hint", role: "status" });
  input.addEventListener("change", () => {
    const [file] = input.files ?? [];
    input.value = ""; // the same file may be chosen again
    if (file) working(attempt(replace(confab, file)));
  });

  /** @param {Promise<unknown>} work */
  async function working(work) {
    change.disabled = remove.disabled = true;
    status.textContent = "One moment…";
    await work;
    change.disabled = remove.disabled = false;
    draw();
  }

  function draw() {
    const now = confab.store.me ?? me;
    face.replaceChildren(avatar(confab, now), h("span", { class: "badge" }, icon("camera")));
    change.textContent = now.avatar ? "Change picture" : "Add a picture";
    remove.hidden = !now.avatar;
    status.textContent = now.email ?? now.phone ?? "";
  }

  draw();
  face.addEventListener("click", () => input.click());
  const changed = (/** @type {Event} */ event) =>
    /** @type {CustomEvent} */ (event).detail.kind === "me.updated" && !change.disabled && draw();
  confab.addEventListener("change", changed, { signal });
  return h(
    "div",
    { class: "row identity" },
    face,
    h("div", {}, h("strong", {}, me.name), status, h("div", { class: "row" }, change, remove)),
    input,
  );
}

/** @param {Confab} confab @param {Blob} file */
async function replace(confab, file) {
  const picture = await cropped(file);
  if (!picture) return;
  const { id } = await uploaded(confab, picture);
  confab.store.holdMe(await confab.calls.changeMe({ avatar: id }));
}

/**
 * @param {Confab} confab
 * @param {Blob} picture
 * @returns {Promise<import("../../client/types.js").File>} once the server has seen that it is one
 */
function uploaded({ files }, picture) {
  return new Promise((resolve, reject) => {
    if (!files) return reject(new Error("Nobody is logged in."));
    const { uploads } = files;
    const { id } = uploads.begin(picture, "picture.jpg");
    const heard = (/** @type {Event} */ event) => {
      const { id: whose, state, file, problem } = /** @type {CustomEvent} */ (event).detail;
      if (whose !== id || (state !== "ready" && state !== "failed")) return;
      uploads.removeEventListener("change", heard);
      uploads.cancel(id); // it is done; nothing needs its bytes any more
      if (state === "ready") resolve(file);
      else reject(new Error(`The picture was not accepted. ${problem.title}.`));
    };
    uploads.addEventListener("change", heard);
  });
}

/**
 * Change one's profile or privacy. Whether it worked; if not, the person has been told.
 *
 * @param {import("../../client/confab.js").Confab} confab
 * @param {Partial<import("../../client/types.js").Me>} changes
 */
export function save(confab, changes) {
  return attempt(confab.calls.changeMe(changes).then((me) => confab.store.holdMe(me)));
}
