import { homeRegion } from "../entry/steps.js";
import { h, theirs } from "../ui/dom.js";
import { link } from "../ui/forms.js";
import { icon } from "../ui/icons.js";
import { attempt } from "../ui/overlays.js";
import { problemWords } from "../ui/words.js";
import { problemList } from "./problems.js";

/**
 * @typedef {import("../../client/contacts.js").Contacts} Contacts
 * @typedef {import("../../client/types.js").Import} Import
 */

const TYPES = ".csv,.vcf,.vcard,text/csv,text/vcard";
const LONGEST_NAME = 64;
const HINT =
  "Up to 20,000 contacts of Google, Outlook, Thunderbird, iCloud or a phone. A file of the same " +
  "name takes the place of the one before.";

/**
 * Bring a file, watch it being read, undo it.
 *
 * @param {Contacts} contacts
 * @param {AbortSignal} signal when nobody looks any more
 */
export function importing(contacts, signal) {
  const input = h("input", {
    type: "file",
    accept: TYPES,
    multiple: true,
    hidden: true,
    "aria-label": "Contacts file",
  });
  const choose = () => input.click();
  const trouble = h("p", { class: "trouble", role: "alert" });
  const sending = h("p", { class: "hint", role: "status" });
  const jobs = h("div", { class: "imports" });
  const element = h(
    "div",
    {},
    h(
      "section",
      {},
      h(
        "div",
        { class: "drop-here" },
        icon("attach"),
        h("p", {}, "Drop a .csv or .vcf file here"),
        h("button", { class: "primary", onclick: choose }, "Choose a file"),
        input,
      ),
      h("p", { class: "hint" }, HINT),
      sending,
      trouble,
    ),
    jobs,
  );
  /** @type {Map<string, ReturnType<typeof card>>} */
  const cards = new Map();

  /** @param {File[]} files */
  async function take(files) {
    trouble.textContent = "";
    for (const file of files) {
      sending.replaceChildren("Sending ", theirs(file.name), "…");
      const book = { device: bookOf(file.name), region: homeRegion() || undefined };
      await contacts.imports.addFile(file, book).catch((error) => {
        trouble.replaceChildren(theirs(file.name), `: ${problemWords(error)}`);
      });
    }
    sending.replaceChildren();
  }

  function draw() {
    const all = contacts.imports.list();
    for (const job of all) {
      if (!cards.has(job.id)) cards.set(job.id, card(contacts, job));
      cards.get(job.id)?.draw(job, mayUndo(job, all));
    }
    const shown = all.map(({ id }) => /** @type {HTMLElement} */ (cards.get(id)?.element));
    if (shown.some((one, index) => jobs.children[index] !== one)) jobs.replaceChildren(...shown);
  }

  input.addEventListener("change", () => {
    take([...(input.files ?? [])]);
    input.value = "";
  });
  contacts.imports.remember().catch((error) => {
    if (!signal.aborted) trouble.textContent = problemWords(error);
  });
  return { element, draw, take };
}

/**
 * The book that a file is: "contacts (1).csv" is a later copy of "contacts.csv".
 *
 * @param {string} name
 */
function bookOf(name) {
  return name.replace(/ ?\(\d+\)(?=\.\w+$)/, "").slice(-LONGEST_NAME) || "file";
}

/** Only what the book went through last. @param {Import} job @param {Import[]} all newest first */
function mayUndo(job, all) {
  const last = all.find(({ device }) => device === job.device);
  return job.state === "done" && !job.undoes && last === job;
}

/** @param {Contacts} contacts @param {Import} job */
function card(contacts, { id, device, undoes }) {
  const words = h("p", { role: "status" });
  const meter = h("progress", { "aria-label": `Importing ${device}` });
  const cancel = link("Cancel", () => attempt(contacts.imports.cancel(id)), `Cancel: ${device}`);
  const undo = link("Undo", () => attempt(contacts.imports.undo(id)), `Undo: ${device}`);
  const problems = problemList(contacts, id);
  const title = undoes ? ["Undoing ", theirs(device)] : [theirs(device)];
  const element = h(
    "section",
    { class: "import" },
    h("h3", {}, ...title),
    meter,
    words,
    problems.element,
    h("div", { class: "row" }, cancel, undo),
  );

  /** @param {Import} job @param {boolean} undoable */
  function draw(job, undoable) {
    const isOpen = job.state === "queued" || job.state === "running";
    element.dataset.state = job.state;
    meter.hidden = !isOpen;
    if (job.state === "queued" || job.total === 0) meter.removeAttribute("value");
    else meter.value = job.processed / job.total;
    words.textContent = importWords(job);
    cancel.hidden = !isOpen;
    undo.hidden = !undoable;
    problems.draw(isOpen ? 0 : job.invalid);
  }
  return { element, draw };
}

/** @param {Import} job */
function importWords(job) {
  const { state, processed, total, undoes } = job;
  if (state === "queued") return "Waiting for its turn…";
  if (state === "running") return `${processed.toLocaleString()} of ${total.toLocaleString()}`;
  if (state === "cancelled") return "Cancelled. What was done before stays.";
  if (state === "failed") return "This could not be finished. Try it once more.";
  return undoes ? "Your contacts are as they were before." : outcome(job);
}

/** @param {Import} job */
function outcome({ matched, invitable, invalid, duplicate, self, deferred, removed }) {
  const parts = [
    `${matched.toLocaleString()} on Confab`,
    `${invitable.toLocaleString()} not here yet`,
    invalid && `${invalid.toLocaleString()} with problems`,
    duplicate && `${duplicate.toLocaleString()} twice`,
    self && "yourself",
    removed && `${removed.toLocaleString()} taken out`,
    deferred && `${deferred.toLocaleString()} too many for today: import them again tomorrow`,
  ];
  return `${parts.filter(Boolean).join(", ")}.`;
}
