import { h } from "../ui/dom.js";

/** So much of a text stands before the first match, and so much of it in all. */
const BEFORE = 40;
const LONGEST = 240;

const characters = new Intl.Segmenter();

/** @typedef {[number, number][]} Spans start and end of each match, in order, in UTF-16 code units */

/**
 * The text as text, its matches in <mark>.
 *
 * @param {string} text
 * @param {Spans} spans
 * @returns {(string | HTMLElement)[]}
 */
export function marked(text, spans) {
  /** @type {(string | HTMLElement)[]} */
  const parts = [];
  let from = 0;
  for (const [start, end] of spans) {
    parts.push(text.slice(from, start), h("mark", {}, text.slice(start, end)));
    from = end;
  }
  return [...parts, text.slice(from)].filter((part) => part !== "");
}

/**
 * What stands around the first match of a long text; no character is cut apart.
 *
 * @param {string} text
 * @param {Spans} spans
 * @returns {(string | HTMLElement)[]}
 */
export function excerpt(text, spans) {
  const from = beginningAt(text, (spans[0]?.[0] ?? 0) - BEFORE);
  const to = beginningAt(text, from + LONGEST);
  const inside = spans
    .filter(([start]) => start < to)
    .map(([start, end]) => /** @type {[number, number]} */ ([start - from, Math.min(end, to) - from]));
  return [
    from > 0 && "…",
    ...marked(text.slice(from, to), inside),
    to < text.length && "…",
  ].filter((part) => part !== false);
}

/** Where the character at this place begins. @param {string} text @param {number} at */
function beginningAt(text, at) {
  if (at <= 0) return 0;
  return characters.segment(text).containing(at)?.index ?? text.length;
}
