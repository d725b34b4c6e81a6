import { PLAIN_FILE } from "../../client/index.js";
import { fileTile, mayRetry, maySendAsFile, sizeWords, troubleWords } from "../files/file-words.js";
import { bar, progressWords } from "../files/meters.js";
import { dropLocalImage, keepLocalImage, localImage } from "../files/pictures.js";
import { fileName } from "../people/names.js";
import { h, keyed, said, theirs } from "../ui/dom.js";
import { link } from "../ui/forms.js";
import { icon } from "../ui/icons.js";
import { toast } from "../ui/overlays.js";

/**
 * @typedef {import("../../client/types.js").Upload} Upload
 * @typedef {import("../shell.js").Desk} Desk
 */

/**
 * Files that were chosen in each chat and not sent yet: the ids of their uploads.
 * @type {Map<string, string[]>}
 */
const chosen = new Map();

/**
 * The files that will go with the next message. They are uploaded while one still writes.
 *
 * @param {Desk} desk
 * @param {string} chat
 * @param {() => void} changed
 */
export function tray({ confab }, chat, changed) {
  const element = h("ul", { class: "tray", "aria-label": "Files to send", hidden: true });

  /** @returns {Upload[]} */
  function held() {
    const found = (chosen.get(chat) ?? []).map((id) => confab.files?.uploads.get(id));
    return found.filter((upload) => upload !== undefined);
  }

  /** @param {File[]} files */
  async function add(files) {
    const { uploads } = confab.files ?? {};
    if (!uploads) return;
    const begun = files.filter(isFull).map((file) => {
      const { id } = uploads.begin(file, file.name || "Pasted file");
      return keepLocalImage(id, file).then(() => id);
    });
    chosen.set(chat, [...(chosen.get(chat) ?? []), ...(await Promise.all(begun))]);
    changed();
  }

  /** @param {string} id */
  function remove(id) {
    confab.files?.uploads.cancel(id);
    dropLocalImage(id);
    changed();
  }

  /** @param {string} id @param {string} [type] announced instead of its own */
  function retry(id, type) {
    if (type) dropLocalImage(id);
    confab.files?.uploads.retry(id, type);
    changed();
  }

  /**
   * Take out what can be sent; what failed stays.
   *
   * @returns {{id: string, width?: number, height?: number}[]}
   */
  function take() {
    const good = held().filter(({ state }) => state !== "failed");
    const failed = held().filter(({ state }) => state === "failed");
    chosen.set(
      chat,
      failed.map(({ id }) => id),
    );
    return good.map(({ id }) => ({
      id,
      width: localImage(id)?.width,
      height: localImage(id)?.height,
    }));
  }

  function draw() {
    const uploads = held();
    keyed(
      element,
      uploads.map((upload) => ({
        key: upload.id,
        stamp: upload.state,
        make: () => item(upload, remove, retry),
      })),
    );
    element.hidden = uploads.length === 0;
  }

  return {
    element,
    add,
    take,
    draw,
    /** How many could be sent now. */
    get sendable() {
      return held().filter(({ state }) => state !== "failed").length;
    },
  };
}

/** @param {File} file */
function isFull(file) {
  if (file.size === 0) toast(said`“${fileName(file.name)}” is empty.`);
  return file.size > 0;
}

/**
 * @param {Upload} upload
 * @param {(id: string) => void} remove
 * @param {(id: string, type?: string) => void} retry
 */
function item(upload, remove, retry) {
  const { id, name, state, problem } = upload;
  const under = { failed: problem && troubleWords(problem), ready: sizeWords(upload.size) }[
    String(state)
  ];
  const words = under ? h("span", { class: "parcel-state" }, under) : progressWords(upload);
  if (state === "failed") words.setAttribute("role", "alert");
  return h(
    "li",
    { class: `parcel ${state}` },
    picture(upload),
    h(
      "span",
      { class: "parcel-words" },
      h("span", { class: "parcel-name", title: fileName(name) }, theirs(fileName(name))),
      words,
    ),
    state === "failed" && problem && mayRetry(problem) && again(name, () => retry(id)),
    state === "failed" &&
      problem &&
      maySendAsFile(problem) &&
      link("Send as a file", () => retry(id, PLAIN_FILE), `Send ${name} as a file`),
    h(
      "button",
      { type: "button", class: "round", "aria-label": `Remove ${name}`, onclick: () => remove(id) },
      icon("close"),
    ),
    state !== "failed" && state !== "ready" && bar(upload),
  );
}

/** @param {string} name @param {() => void} act */
function again(name, act) {
  const label = `Upload ${name} again`;
  return h(
    "button",
    { type: "button", class: "round", "aria-label": label, onclick: act },
    icon("again"),
  );
}

/** @param {Upload} upload */
function picture({ id, name, content_type }) {
  const preview = localImage(id);
  return preview
    ? h("img", { class: "parcel-image", src: preview.url, alt: "" })
    : fileTile(name, content_type);
}
