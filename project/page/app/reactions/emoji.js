import { EMOJI } from "./emoji-data.js";

/** @typedef {{emoji: string, name: string, words: string}} Emoji */

/** @type {{group: string, entries: Emoji[]}[]} */
export const groups = EMOJI.map(([group, entries]) => ({
  group,
  entries: entries.trim().split(/,\s+/).map(parsed),
}));

const all = groups.flatMap(({ entries }) => entries);
const names = new Map(all.map(({ emoji, name }) => [emoji, name]));

/** @param {string} entry such as `😍 smiling face with heart eyes; love` */
function parsed(entry) {
  const space = entry.indexOf(" ");
  const about = entry.slice(space + 1);
  const [name] = about.split(";");
  return { emoji: entry.slice(0, space), name, words: about.replace(";", "") };
}

/**
 * What a screen reader says; the emoji itself when it is none of ours.
 *
 * @param {string} emoji
 */
export function nameOf(emoji) {
  return names.get(emoji) ?? emoji;
}

/**
 * Those with a word for each word of the query; those whose own name begins with it come first.
 *
 * @param {string} query
 * @returns {Emoji[]}
 */
export function found(query) {
  const wanted = query.toLowerCase().split(/\s+/).filter(Boolean);
  const begins = (/** @type {Emoji} */ { name }) => Number(name.startsWith(wanted[0]));
  return all
    .filter(({ words }) => wanted.every((word) => ` ${words}`.includes(` ${word}`)))
    .sort((a, b) => begins(b) - begins(a));
}
