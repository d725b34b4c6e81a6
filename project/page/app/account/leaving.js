import { h } from "../ui/dom.js";
import { attempt, confirmed, toast } from "../ui/overlays.js";
import { askProof } from "./proving.js";

/** @typedef {import("../../client/confab.js").Confab} Confab */

const WHAT =
  "Your profile, your devices and your settings are erased, and your address and number become " +
  "free. What you have written stays with those you wrote to, without your name.";

/** @param {Confab} confab */
export function leaving(confab) {
  return h(
    "section",
    {},
    h("button", { class: "quiet wide", onclick: () => logOut(confab) }, "Log out"),
    h("button", { class: "danger wide", onclick: () => leave(confab) }, "Delete my account…"),
  );
}

/** @param {Confab} confab */
async function logOut(confab) {
  const waiting = confab.outbox?.list().length;
  const warning = `${waiting} not yet sent. They wait here until you log in again.`;
  if (waiting && !(await confirmed("Log out?", warning, "Log out"))) return;
  await confab.logout();
}

/**
 * Whoever leaves proves again that it is them: by the password, or by a code.
 *
 * @param {Confab} confab
 */
function leave(confab) {
  const about = {
    title: "Delete your account for good?",
    what: WHAT,
    action: "Delete my account",
    destroys: true,
  };
  askProof(confab, about, async (proof) => {
    await confab.leave(proof);
    toast("Your account is deleted.");
  });
}

/** @typedef {import("../../client/types.js").Export} Export */

const LOOK_MS = 1000;
/** Shorter than a download's link lives. */
const RENEW_MS = 240_000;

/**
 * Ask for a copy of one's data, watch it grow, fetch it.
 *
 * @param {Confab} confab
 * @param {AbortSignal} signal when nobody looks any more
 */
export function dataExport({ account }, signal) {
  const what = "A ZIP file of what is stored about you, with your files.";
  const said = h("p", { class: "hint", role: "status" }, what);
  const bar = h("progress", { max: 100, "aria-label": "Progress", hidden: true });
  const download = h("a", { class: "primary", download: "", hidden: true }, "Download");
  const ask = h("button", { class: "quiet" }, "Request a copy");

  /** @param {Export} copy */
  function draw({ state, progress, url }) {
    const ready = state === "ready" && url !== undefined;
    said.textContent = ready ? WORDS.ready : WORDS[state];
    bar.value = progress;
    bar.hidden = ready || state === "failed";
    download.hidden = !ready;
    if (ready) download.href = url;
    ask.hidden = state !== "failed";
  }

  async function follow() {
    let copy = await account.requestExport();
    for (draw(copy); copy.state !== "failed"; draw(copy)) {
      await pause(copy.state === "ready" ? RENEW_MS : LOOK_MS, signal);
      if (signal.aborted) return;
      copy = await account.export(copy.id);
    }
  }

  ask.addEventListener("click", async () => {
    ask.disabled = true;
    await attempt(follow());
    ask.disabled = false;
  });
  return [said, bar, h("div", { class: "row" }, download, ask)];
}

/** @type {Record<Export["state"], string>} */
const WORDS = {
  queued: "Your copy will be made in a moment.",
  running: "Your copy is being made.",
  ready: "Your copy is ready.",
  failed: "Your copy could not be made. Try again.",
};

/** @param {number} ms @param {AbortSignal} signal ends it early */
function pause(ms, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve(undefined);
    });
  });
}
