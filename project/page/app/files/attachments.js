import { fileName } from "../people/names.js";
import { h, theirs } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { download, remoteImage } from "./content.js";
import { fileTile, sizeWords } from "./file-words.js";
import { bar, progressWords, ring } from "./meters.js";
import { altOf, dropLocalImage, localImage, pictureOf, shaped } from "./pictures.js";
import { openViewer } from "./viewer.js";

const GONE = "This file is not there any more.";

/**
 * @typedef {import("../../client/types.js").Message} Message
 * @typedef {import("../../client/types.js").Outgoing} Outgoing
 * @typedef {import("../../client/types.js").Upload} Upload
 * @typedef {import("../shell.js").Desk} Desk
 */

/**
 * What a message carries: an image, or a file's card.
 *
 * @param {Desk} desk
 * @param {Message} message
 */
export function attached(desk, message) {
  const { file } = message;
  if (!file) return null;
  const image = pictureOf(message);
  if (image) return shaped(picture(desk, message, image), image.width, image.height);
  if (file.state === "rejected") return h("div", { class: "file-card" }, ...cardWords(file, GONE));
  return h(
    "button",
    {
      class: "file-card",
      "aria-label": `Download ${file.name}, ${sizeWords(file.size)}`,
      onclick: () => download(desk, file),
    },
    ...cardWords(file, sizeWords(file.size)),
    icon("download"),
  );
}

/**
 * An image that opens the viewer.
 *
 * @param {Desk} desk
 * @param {Message} message
 * @param {import("./pictures.js").Pictured} file
 */
export function picture(desk, message, file) {
  const image = remoteImage(desk.confab, file.id, "thumbnail", altOf(desk, message));
  const local = localImage(message.client_id);
  const behind = local?.url ?? file.thumbnail?.placeholder;
  // Not sooner than it can be seen: nothing may flicker where one's own image was.
  image.addEventListener("load", () => setTimeout(() => dropLocalImage(message.client_id), 1000));
  return h(
    "button",
    { class: "picture", onclick: () => openViewer(desk, message.chat, message.number) },
    behind && h("img", { class: local ? "behind sharp" : "behind", src: behind, alt: "" }),
    image,
  );
}

/**
 * What a message on its way will carry.
 *
 * @param {Desk} desk
 * @param {Outgoing} entry
 */
export function attachedUpload(desk, entry) {
  const upload = uploadOf(desk, entry);
  if (!upload) return null;
  const local = localImage(entry.client_id);
  if (local) return shaped(outgoingPicture(desk, entry, local.url), local.width, local.height);
  const failed = upload.state === "failed";
  return h(
    "div",
    { class: "file-card" },
    ...cardWords(
      upload,
      failed ? sizeWords(upload.size) : progressWords(upload),
      upload.state !== "ready" && !failed && bar(upload),
    ),
    !entry.problem && cancel(desk, entry, upload.name),
  );
}

/**
 * @param {Desk} desk
 * @param {Outgoing} entry
 * @param {string} url
 */
export function outgoingPicture(desk, entry, url) {
  const upload = uploadOf(desk, entry);
  const moving = upload && !entry.problem && upload.state !== "ready" && upload.state !== "failed";
  return h(
    "div",
    { class: "picture" },
    h("img", { class: "behind sharp", src: url, alt: entry.upload?.name ?? "" }),
    moving && h("div", { class: "veil" }, ring(upload), cancel(desk, entry, upload.name)),
  );
}

/**
 * The upload that this message waits for; what was known of it, if it belongs to another tab.
 *
 * @param {Desk} desk
 * @param {Outgoing} entry
 * @returns {Upload | null}
 */
function uploadOf({ confab }, { client_id: id, upload: parcel, file, problem }) {
  if (!parcel) return null;
  const state = file ? "ready" : problem ? "failed" : "uploading";
  const known = { ...parcel, id, state, sent: 0, file: null };
  return confab.files?.uploads.get(id) ?? /** @type {Upload} */ (known);
}

/** It shall not be sent. @param {Desk} desk @param {Outgoing} entry */
export function discard({ confab }, entry) {
  dropLocalImage(entry.client_id);
  confab.files?.discard(entry);
}

/** @param {Desk} desk @param {Outgoing} entry @param {string} name */
function cancel(desk, entry, name) {
  const label = `Cancel sending ${name}`;
  const act = () => discard(desk, entry);
  return h("button", { class: "round cancel", "aria-label": label, onclick: act }, icon("close"));
}

/**
 * @param {{name: string, content_type: string}} file
 * @param {import("../ui/dom.js").Child} under
 * @param {...import("../ui/dom.js").Child} more
 */
function cardWords({ name, content_type }, under, ...more) {
  return [
    fileTile(name, content_type),
    h(
      "span",
      { class: "file-words" },
      h("span", { class: "file-name" }, theirs(fileName(name))),
      h("span", { class: "file-size" }, under),
      ...more,
    ),
  ];
}
