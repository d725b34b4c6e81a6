import { h, theirs } from "../ui/dom.js";
import { link } from "../ui/forms.js";
import { attempt } from "../ui/overlays.js";

const SHOWN = 100;

/**
 * @typedef {import("../../client/contacts.js").Contacts} Contacts
 * @typedef {import("../../client/types.js").Outcome} Outcome
 */

/**
 * The entries of an import that could not be taken, read when somebody wants to see them.
 *
 * @param {Contacts} contacts
 * @param {string} id the import's
 */
export function problemList(contacts, id) {
  const summary = h("summary");
  const list = h("ul", { class: "plain" });
  const save = link("Download as CSV", () => attempt(download(contacts, id)));
  const hint = h("small", {}, "Corrected and imported, they are added to the others.");
  const element = h("details", { class: "problems" }, summary, list, save, hint);
  let read = false;

  async function show() {
    if (!element.open || read) return;
    const query = { outcome: /** @type {const} */ ("invalid"), limit: SHOWN };
    const { results, next } = await contacts.calls.outcomes(id, query);
    read = true;
    list.replaceChildren(...results.map((one) => h("li", {}, place(one), reason(one))));
    if (next) list.append(h("li", { class: "hint" }, "More of them are in the CSV."));
  }
  element.addEventListener("toggle", () => attempt(show()));

  /** @param {number} count */
  function draw(count) {
    element.hidden = count === 0;
    summary.textContent = count === 1 ? "One problem" : `${count.toLocaleString()} problems`;
  }
  return { element, draw };
}

/** @param {Outcome} problem */
function place({ line, ref }) {
  return h("strong", {}, line === undefined ? theirs(String(ref)) : `Line ${line}`, ": ");
}

/** @param {Outcome} problem */
function reason({ reason = "" }) {
  return REASONS[reason] ?? "it cannot be read";
}

/** @type {Record<string, string>} */
const REASONS = {
  extension: "a number with an extension finds nobody",
  invalid_email: "this is no e-mail address",
  letters: "the number has letters in it",
  no_columns: "no column for numbers or addresses was found",
  no_end: "the card has no end",
  no_number: "this is no phone number",
  no_region: "the number does not say its country",
  nothing_to_match: "no number and no e-mail address",
  opted_out: "this person wants to be in no address book",
  too_large: "this entry is too large",
  too_long: "something in it is too long",
  too_many: "too many numbers or addresses",
  unclosed_quote: "a quotation mark is not closed",
};

/**
 * Its name is one of its own, so that importing it takes nothing's place.
 *
 * @param {Contacts} contacts
 * @param {string} id
 */
async function download(contacts, id) {
  const csv = await contacts.calls.problems(id);
  const href = URL.createObjectURL(new Blob([csv], { type: "text/csv" }));
  h("a", { href, download: `problems-${id}.csv` }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}
