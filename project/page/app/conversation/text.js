import { h } from "../ui/dom.js";

/**
 * What in a text is a link, and what a hashtag: the server's rules (`chat/previews/links.py` and
 * `hashtags_of`). The tables in `tests/texts/` hold both to the same.
 */

/**
 * No part of an address: blanks, controls, marks that turn the text, and the punctuation of scripts
 * that put no blank after it.
 */
const STOPS =
  String.raw`\s<>"\\^\x60{|}\x00-\x1f\x7f-\x9f` +
  String.raw`\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff` +
  String.raw`\u3001-\u3003\u3008-\u3011\u3014-\u301f` +
  String.raw`\uff01\uff02\uff07-\uff09\uff0c\uff0e\uff1a\uff1b\uff1f\uff3b\uff3d\uff5b\uff5d\uff5f-\uff65`;
const LINK = new RegExp(String.raw`(?<![A-Za-z0-9_/:])https?://[^${STOPS}]+`, "giu");
const LONGEST = 2048;
const CLOSING = ".,;:!?'*_~…";
/** @type {Record<string, string>} */
const PAIRS = { ")": "(", "]": "[", "»": "«" };
/** So many signs after a link are looked at. */
const ENDING = 64;

/**
 * Letters with their marks, digits and joiners between them (UAX #31); only digits make none. Not the
 * fragment of an address.
 */
const HASHTAG =
  /(?<![\p{XID_Continue}#＃&/=])[#＃](?!\p{N}+(?!\p{XID_Continue}))[\p{L}\p{N}_](?:[\u200c\u200d]?(?![\u200c\u200d])\p{XID_Continue}){0,63}/gu;

/** @typedef {{kind: "text" | "link" | "hashtag", text: string}} Part */

/**
 * @param {string} text
 * @returns {Part[]} which together are the text
 */
export function partsOf(text) {
  const links = [...text.matchAll(LINK)]
    .map(({ 0: found, index }) => ({ index, text: withoutEnding(found) }))
    .filter(({ text }) => text.length <= LONGEST && !text.endsWith("//"));
  /** @type {Part[]} */
  const parts = [];
  let from = 0;
  for (const link of links) {
    parts.push(...tagged(text.slice(from, link.index)), { kind: "link", text: link.text });
    from = link.index + link.text.length;
  }
  return [...parts, ...tagged(text.slice(from))];
}

/** A closing bracket belongs to the link only if it was opened in it. @param {string} link */
function withoutEnding(link) {
  let kept = link;
  for (let tries = 0; tries < ENDING && kept; tries += 1) {
    const last = kept.slice(-1);
    const opening = PAIRS[last];
    const unmatched = opening && count(kept, last) > count(kept, opening);
    if (!CLOSING.includes(last) && !unmatched) break;
    kept = kept.slice(0, -1);
  }
  return kept;
}

/** @param {string} text @param {string} sign */
function count(text, sign) {
  return text.split(sign).length - 1;
}

/** @param {string} text without links @returns {Part[]} */
function tagged(text) {
  /** @type {Part[]} */
  const parts = [];
  let from = 0;
  for (const { 0: found, index } of text.matchAll(HASHTAG)) {
    parts.push({ kind: "text", text: text.slice(from, index) }, { kind: "hashtag", text: found });
    from = index + found.length;
  }
  return [...parts, { kind: /** @type {const} */ ("text"), text: text.slice(from) }].filter(
    ({ text }) => text !== "",
  );
}

/**
 * A message's text with its web addresses as links and its hashtags set off. Nothing else in it
 * means anything.
 *
 * @param {string} text
 * @returns {(string | HTMLElement)[]}
 */
export function linked(text) {
  return partsOf(text).map(({ kind, text: part }) => {
    if (kind === "link")
      return h("a", { href: part, target: "_blank", rel: "noopener noreferrer", dir: "ltr" }, part);
    return kind === "hashtag" ? h("bdi", { class: "hashtag" }, part) : part;
  });
}
