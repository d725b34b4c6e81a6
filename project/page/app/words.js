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

/** @param {import("../client/types.js").Presence | undefined} presence */
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
  const problem = /** @type {import("../client/problem.js").Problem} */ (error);
  if (problem.name === "Unreachable") return "The server cannot be reached. Try again in a moment.";
  return SAID[problem.code] ?? (problem.body?.errors?.[0]?.detail || problem.message);
}

/** @type {Record<string, string>} */
const SAID = {
  bad_credentials: "The e-mail address and the password do not match.",
  challenge_spent: "This code can no longer be used. Ask for a new one.",
  identity_taken: "Somebody else has this already.",
  rate_limited: "Too many tries. Wait a moment.",
  forbidden: "This is not possible here.",
};
