/** Marks that turn what stands around them: no part of a name. */
const TURNS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
/** What leaves no mark on the screen; the Braille blank is one that Unicode does not list as such. */
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\p{C}\p{Z}\u2800]/gu;

/**
 * What a person is called here. There is always something to be seen.
 *
 * @param {{name?: string | null} | undefined} person
 * @returns {string}
 */
export function nameOf(person) {
  const name = (person?.name ?? "").replace(TURNS, "");
  return name.replace(UNSEEN, "") ? name : "No name";
}

/** The name of a file, as it is. @param {string} name */
export function fileName(name) {
  const shown = name.replace(TURNS, "");
  return shown.replace(UNSEEN, "") ? shown : "File";
}
