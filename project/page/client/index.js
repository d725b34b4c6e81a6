export { Confab } from "./confab.js";
export { isMuted, progressOf } from "./fold.js";
export { newClientId } from "./ids.js";
export { Problem, Unreachable } from "./problem.js";
export { PLAIN_FILE } from "./uploads.js";

/**
 * The shapes, for those who write in TypeScript.
 *
 * @typedef {import("./types.js").Chat} Chat
 * @typedef {import("./types.js").Contact} Contact
 * @typedef {import("./types.js").Extras} Extras
 * @typedef {import("./types.js").File} File
 * @typedef {import("./types.js").Import} Import
 * @typedef {import("./types.js").Invite} Invite
 * @typedef {import("./types.js").Marks} Marks
 * @typedef {import("./types.js").Me} Me
 * @typedef {import("./types.js").Message} Message
 * @typedef {import("./types.js").Notification} Notification
 * @typedef {import("./types.js").Outgoing} Outgoing
 * @typedef {import("./types.js").Preferences} Preferences
 * @typedef {import("./types.js").Presence} Presence
 * @typedef {import("./types.js").ProblemBody} ProblemBody
 * @typedef {import("./types.js").Result} Result
 * @typedef {import("./types.js").SearchAnswer} SearchAnswer
 * @typedef {import("./types.js").Suggestion} Suggestion
 * @typedef {import("./types.js").TokenAnswer} TokenAnswer
 * @typedef {import("./types.js").Upload} Upload
 * @typedef {import("./types.js").User} User
 */
