import { h, said, theirs } from "../ui/dom.js";
import { icon } from "../ui/icons.js";

/**
 * @typedef {import("../../client/types.js").Term} Term
 * @typedef {import("../../client/types.js").SearchAnswer} SearchAnswer
 */

/** @param {{any: Term[]}[]} clauses @returns {string} a query that says this */
export function queryOf(clauses) {
  return clauses.map(({ any }) => any.map(termText).join(" OR ")).join(" ");
}

/** @param {Term} term */
function termText({ type, value, negated }) {
  const sign = negated ? "-" : "";
  if (type === "word") return sign + value;
  if (type === "phrase") return `${sign}"${value}"`;
  return `${sign}${type}:${quoted(value)}`;
}

/** @param {string} value of an operator */
export function quoted(value) {
  return /\s/.test(value) ? `"${value}"` : value;
}

/**
 * How a query was understood: a chip for each of its parts that is more than a word, which takes it
 * away, and what was not understood.
 *
 * @param {(query: string) => void} write puts another query into the box
 */
export function understood(write) {
  const chips = h("div", { class: "chips", role: "group", "aria-label": "Parts of the search" });
  const warnings = h("div", { class: "warnings", role: "status" });

  /** @param {SearchAnswer["query"] | null} query */
  function draw(query) {
    const { clauses, warnings: warned } = query ?? { clauses: [], warnings: [] };
    const shown = clauses.filter(({ any }) => any.length > 1 || isMore(any[0]));
    chips.hidden = shown.length === 0;
    chips.replaceChildren(
      ...shown.map((clause) => {
        const text = queryOf([clause]);
        const without = () => write(queryOf(clauses.filter((each) => each !== clause)));
        const label = `Remove ${text} from the search`;
        return h(
          "button",
          { class: "pill", "aria-label": label, onclick: without },
          theirs(text),
          icon("close"),
        );
      }),
    );
    warnings.hidden = warned.length === 0;
    warnings.replaceChildren(
      ...warned.map(({ code, part, detail }) => h("p", {}, ...(WORDS[code]?.(part) ?? [detail]))),
    );
  }
  draw(null);
  return { elements: [chips, warnings], draw };
}

/** @param {Term} term */
function isMore({ type, negated }) {
  return type !== "word" || negated;
}

/** @type {Record<string, (part: string) => (string | HTMLElement)[]>} */
const WORDS = {
  unknown_operator: (part) => said`${part} has no meaning here and was searched as text.`,
  bad_value: (part) => said`${part} could not be understood and was left out.`,
  nothing_there: (part) => said`${part} names nobody.`,
  no_words: (part) => said`${part} has no words to search for and was left out.`,
  too_long: (part) => said`The search is too long; it was read up to ${part}.`,
};
