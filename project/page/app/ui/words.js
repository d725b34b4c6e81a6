const DAY_MS = 86_400_000;

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: "long" });
const shortDate = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const fullDate = new Intl.DateTimeFormat(undefined, {
  day: "numeric",
  month: "long",
  year: "numeric",
});
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "short" });

/** @param {string | number} time */
export function timeOfDay(time) {
  return clock.format(new Date(time));
}

/**
 * For a tooltip.
 *
 * @param {string | number} time
 */
export function exactTime(time) {
  return exact.format(new Date(time));
}

/** @param {string} time the day, with its year */
export function fullDay(time) {
  return fullDate.format(new Date(time));
}

/**
 * The calendar day, as a key.
 *
 * @param {string | number} time
 */
export function dayOf(time) {
  return new Date(time).toDateString();
}

/**
 * How many calendar days ago.
 *
 * @param {string | number} time
 */
function daysAgo(time) {
  return Math.round(
    (new Date().setHours(0, 0, 0, 0) - new Date(time).setHours(0, 0, 0, 0)) / DAY_MS,
  );
}

/**
 * What stands between two days of a conversation.
 *
 * @param {string | number} time
 */
export function dayName(time) {
  const days = daysAgo(time);
  if (days <= 0) return "Today";
  if (days === 1) return "Yesterday";
  return days < 7 ? weekday.format(new Date(time)) : fullDate.format(new Date(time));
}

/**
 * The time in a list: the shortest that is clear.
 *
 * @param {string | number} time
 */
export function briefTime(time) {
  const days = daysAgo(time);
  if (days <= 0) return timeOfDay(time);
  if (days === 1) return "Yesterday";
  return days < 7 ? weekday.format(new Date(time)) : shortDate.format(new Date(time));
}

/** @param {import("../../client/types.js").Presence | undefined} presence */
export function presenceWords(presence) {
  if (!presence) return "";
  if (presence.online) return "online";
  return presence.last_seen ? `last seen ${lastSeen(presence.last_seen)}` : "";
}

/** @param {string} time */
function lastSeen(time) {
  const days = daysAgo(time);
  if (days <= 0) return `at ${timeOfDay(time)}`;
  if (days === 1) return `yesterday at ${timeOfDay(time)}`;
  return `on ${shortDate.format(new Date(time))}`;
}

/** @param {string} name at most two letters for an avatar */
export function initials(name) {
  const words = name.trim().split(/\s+/);
  const ends = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return ends
    .map((word) => [...word][0] ?? "")
    .join("")
    .toLocaleUpperCase();
}

/** @param {unknown} error what a person can read */
export function problemWords(error) {
  const problem = /** @type {import("../../client/problem.js").Problem} */ (error);
  if (problem.name === "Unreachable") return "The server cannot be reached. Try again in a moment.";
  return SAID[problem.code] ?? (problem.body?.errors?.[0]?.detail || problem.message);
}

/**
 * For `catch`: says what a refusal means here, in place of what it means in general.
 *
 * @param {Record<string, string>} words by the refusal's code
 * @returns {(error: any) => never}
 */
export function inWords(words) {
  return (error) => {
    throw error.code in words ? new Error(words[error.code]) : error;
  };
}

/** @param {number} count of tries to enter a code */
export function triesLeft(count) {
  return count === 1 ? "One try left." : `${count} tries left.`;
}

/** @type {Record<string, string>} */
const SAID = {
  challenge_spent: "This code can no longer be used. Ask for a new one.",
  last_identity: "This is your only way to log in. Add another one first.",
  identity_taken: "Somebody else has this already.",
  rate_limited: "Too many tries. Wait a moment.",
  forbidden: "This is not possible here.",
};
