/**
 * The shapes on the wire, for editors and type checkers. Nothing here runs.
 *
 * Ids are opaque strings: never sort by them, never do sums with them. Times are RFC 3339 in UTC.
 */

/**
 * @typedef {object} User
 * @property {string} id
 * @property {string | null} [username]
 * @property {string} name
 * @property {string | null} [avatar] a file's id
 * @property {string | null} [about]
 * @property {boolean} [deleted] true for somebody who left; then only `id` and `name` are there
 */

/** @typedef {"everyone" | "contacts" | "nobody"} Audience */

/**
 * The person who is logged in.
 * @typedef {User & {
 *   email: string | null, email_verified: boolean,
 *   phone: string | null, phone_verified: boolean, has_password: boolean,
 *   identities: {provider: "google" | "facebook", linked_at: string}[],
 *   read_receipts: boolean, last_seen: Audience, discoverable_by: Audience,
 *   forward_origin: Audience,
 * }} Me
 */

/**
 * @typedef {object} Message
 * @property {string} chat
 * @property {number} number 1, 2, 3 … within its chat; the only order there is
 * @property {string} client_id
 * @property {string} sender a user's id
 * @property {string} type
 * @property {string} text
 * @property {File | null} file
 * @property {Quote | null} reply_to
 * @property {Forward | null} forward
 * @property {Reference | null} reference
 * @property {Action | null} action
 * @property {boolean} no_forward it may not be forwarded
 * @property {Reaction[]} reactions
 * @property {string[]} tags mine alone
 * @property {string[]} hashtags
 * @property {Preview | null} [preview] of the first link in the text
 * @property {string} created_at
 * @property {string | null} edited_at
 * @property {boolean} deleted a tombstone: the number stays, the content is gone
 */

/**
 * @typedef {object} File
 * @property {string} id
 * @property {string} name
 * @property {number} size bytes
 * @property {string} content_type
 * @property {"pending" | "processing" | "ready" | "rejected"} state
 * @property {string} [reason] why it was rejected
 * @property {number} [width] of an image, in pixels, upright; so is `height`
 * @property {number} [height]
 * @property {{width: number, height: number, placeholder: string} | null} thumbnail `placeholder`
 *   is a tiny blurred image, as a data: URL
 */

/** @typedef {{number: number, sender: string, text: string}} Quote */
/** @typedef {{emoji: string, users: string[]}} Reaction */
/** @typedef {{type: string, id: string}} Reference something of the embedding application */
/** @typedef {{name: string, params: Record<string, any>}} Action what a button on it triggers */
/** @typedef {{chat: string, message: Message} | {chat: string, error: ProblemBody}} Forwarded */

/**
 * @typedef {object} Forward where a forwarded message was said first; no name where its author
 *   keeps it to themselves
 * @property {string} [sender]
 * @property {string} [name]
 * @property {string} created_at
 * @property {number} hops
 */

/**
 * @typedef {object} Preview of a linked page
 * @property {string} url
 * @property {string} title
 * @property {string | null} [description]
 * @property {string | null} [site]
 * @property {string | null} [image] a data: URL
 */

/**
 * What may go with a message's text.
 * @typedef {object} Extras
 * @property {string} [file] the id of a file of mine that is ready
 * @property {number} [reply_to]
 * @property {boolean} [no_forward]
 * @property {Reference} [reference]
 * @property {Action} [action]
 */

/**
 * @typedef {object} Marks how far each of the two has got; `read` is null when it is not shown
 * @property {{delivered: number, read: number}} me
 * @property {{delivered: number, read: number | null}} peer
 */

/**
 * @typedef {object} Chat
 * @property {string} id
 * @property {User} peer
 * @property {number} last_number counts every message, also those that I may not see
 * @property {Message | null} last_message the last that I may see
 * @property {number} unread_count
 * @property {Marks} marks
 * @property {number} cleared_number
 * @property {string | null} muted_until
 * @property {boolean} archived
 * @property {boolean} pinned
 * @property {boolean} marked_unread
 * @property {string} created_at
 * @property {string} updated_at
 */

/**
 * One entry of my log. `data` is the whole present object, so applying it twice is harmless.
 * @typedef {object} Update
 * @property {number} pts its position: 1, 2, 3 … without a gap
 * @property {string} kind
 * @property {any} data
 */

/**
 * @typedef {{
 *   epoch: string, pts: number, me: Me, chats: Chat[], feed?: Notification[], counts?: Counts,
 * }} Snapshot
 */
/** @typedef {{results: Message[], has_more_before: boolean, has_more_after: boolean}} Page */
/** @typedef {{user: string, online: boolean, last_seen: string | null}} Presence */
/** @typedef {{chat: string, user: string, on: boolean}} TypingSignal */

/**
 * @typedef {object} TokenAnswer what logging in and refreshing answer
 * @property {string} access
 * @property {string} refresh
 * @property {number} expires_in seconds
 * @property {string} session
 * @property {Me} user
 * @property {boolean} created a new account
 * @property {string} [device] what the server knows this device by, when a session was opened
 */

/**
 * @typedef {object} Providers the ways in beside e-mail
 * @property {string | null} google the client id, or null where Google is not set up
 * @property {string | null} facebook the app id, or null
 * @property {boolean} phone
 */

/** @typedef {{id_token: string, nonce?: string} | {access_token: string}} Proof of a provider */
/** @typedef {{challenge: string, code: string}} Answered */

/**
 * @typedef {object} Session a device that is logged in
 * @property {string} id
 * @property {string} device what it says about itself
 * @property {string} name what that most likely means, for its owner
 * @property {"web" | "android" | "ios" | "desktop" | "other"} platform
 * @property {string | null} ip
 * @property {string} created_at
 * @property {string} last_used_at
 * @property {boolean} current
 */

/**
 * @typedef {object} Export a copy of one's data
 * @property {string} id
 * @property {"queued" | "running" | "ready" | "failed"} state
 * @property {number} progress percent
 * @property {string} [url] of the file, for some minutes, once it is ready
 */

/**
 * @typedef {object} Challenge
 * @property {string} challenge
 * @property {"email" | "sms"} channel
 * @property {string} to masked
 * @property {number} expires_in seconds
 * @property {number} resend_in seconds
 * @property {number} attempts_left
 */

/**
 * A refusal (RFC 9457). Branch on `code`; `detail` is for people.
 * @typedef {object} ProblemBody
 * @property {string} code
 * @property {number} status
 * @property {string} title
 * @property {string} [detail]
 * @property {string} [request_id]
 * @property {{pointer: string, code: string, detail: string}[]} [errors]
 * @property {number} [retry_after] seconds
 * @property {number} [attempts_left]
 * @property {string} [ticket] with `link_required`
 * @property {string} [reason] with `rejected`, and with `forbidden` when it is about the `quota`
 */

/**
 * A message on its way out: what goes to the server, but for `at`, `upload` and `problem`.
 * @typedef {Extras & {
 *   client_id: string, chat: string, text: string, at: number, upload?: Parcel,
 *   problem?: ProblemBody,
 * }} Outgoing `at` is milliseconds since 1970 and the order of sending; with an `upload` it waits
 *   until `file` is there too; `problem` is why it was refused: it waits for the person to decide
 */

/**
 * @typedef {object} UploadTarget how the bytes are to be brought: a form of `fields` with the file
 *   last, or else the bare bytes
 * @property {"POST" | "PUT"} method
 * @property {string} url
 * @property {Record<string, string>} [fields]
 * @property {Record<string, string>} [headers]
 * @property {number} expires_in seconds
 */

/**
 * What is known of a file before the server knows it.
 * @typedef {object} Parcel
 * @property {string} name
 * @property {number} size bytes
 * @property {string} content_type
 * @property {number} [width] of an image that this browser can show
 * @property {number} [height]
 * @property {string} [uploaded] the server's id of the file, once all its bytes are there
 */

/**
 * @typedef {Parcel & {
 *   id: string, state: "preparing" | "uploading" | "checking" | "ready" | "failed", sent: number,
 *   file: File | null, problem?: ProblemBody,
 * }} Upload `id` is the `client_id` of its message; `sent` are bytes; `problem` is why it failed:
 *   `rejected` with a `reason`, `cut_off`, `unreadable`, or the server's refusal
 */

/**
 * @typedef {object} Contact an entry of my address book
 * @property {string} id
 * @property {string | number} ref
 * @property {string} name
 * @property {{value: string, e164: string | null, assumed: boolean}[]} phones `value` is as it stands
 *   in the book; `assumed` when its country was taken for granted
 * @property {string[]} emails
 * @property {"matched" | "invitable"} state
 * @property {User} [user] who it is, when matched
 * @property {Invite} [invite] the last one
 * @property {string} updated_at
 */

/** @typedef {{state?: Contact["state"], q?: string}} ContactFilter */

/**
 * @typedef {object} BookPart what goes with the entries of an import
 * @property {string} batch
 * @property {string} device names the book
 * @property {"full" | "delta"} mode
 * @property {number} [base_version] of the last import, for a delta
 * @property {string} [region] as `AT`: how numbers are read that nothing else tells about
 */

/**
 * @typedef {object} BookEntry
 * @property {string | number} ref
 * @property {string} [name]
 * @property {(string | {value: string, region: string})[]} [phones]
 * @property {string[]} [emails]
 * @property {string | null} [region]
 * @property {"add" | "update" | "remove"} [op]
 */

/**
 * @typedef {object} Import
 * @property {string} id
 * @property {string} device
 * @property {"full" | "delta"} mode
 * @property {"queued" | "running" | "done" | "failed" | "cancelled"} state
 * @property {number} total
 * @property {number} processed
 * @property {number} matched
 * @property {number} invitable
 * @property {number} invalid
 * @property {number} duplicate
 * @property {number} self
 * @property {number} deferred
 * @property {number} removed
 * @property {number} version
 * @property {boolean} reload more has changed than was told one by one
 * @property {string} created_at
 * @property {string | null} finished_at
 * @property {string} [undoes] the import that this one undoes
 * @property {string} [error]
 */

/**
 * @typedef {object} Outcome of one entry of an import
 * @property {string | number} ref
 * @property {"matched" | "invitable" | "invalid" | "duplicate" | "self" | "deferred" | "removed"} outcome
 * @property {number} [line] in the file
 * @property {string} [reason] why it is invalid
 * @property {string | number} [duplicate_of]
 * @property {number} [retry_after] seconds
 * @property {string} [contact]
 */

/**
 * @typedef {object} Invite
 * @property {string} id
 * @property {string | null} contact null for one's own link
 * @property {"sms" | "email" | "link"} channel
 * @property {string} link
 * @property {"created" | "sent" | "opened" | "registered" | "expired" | "revoked"} state
 * @property {number} joined how many came by it
 * @property {string} created_at
 * @property {string} expires_at
 * @property {User} [user] who came by it
 */

/** @typedef {{contact: string | null, invite?: Invite, error?: ProblemBody}} InviteResult */

/**
 * @typedef {object} Invitation what somebody sees who holds its link
 * @property {{name: string, avatar: string | null}} inviter
 * @property {Invite["state"]} state
 */

/**
 * One thing that was found, in the shape of what it is.
 * @typedef {object} Result
 * @property {"message" | "user" | "file" | "contact"} type
 * @property {number} score
 * @property {Highlight[]} highlights
 * @property {Message} [message]
 * @property {User} [user]
 * @property {File & {chat: string, number: number}} [file] with the message that carries it
 * @property {Contact} [contact]
 */

/**
 * The whole text of a field; `spans` are start and end, for `text.slice(start, end)`.
 * @typedef {{field: string, text: string, spans: [number, number][]}} Highlight
 */

/** @typedef {{value: string, label: string, count: number}} FacetValue */
/** @typedef {"chat" | "sender" | "type" | "month" | "tag"} Facet */

/**
 * `type` is `word`, `phrase` or an operator's name.
 * @typedef {{type: string, value: string, negated: boolean}} Term
 */

/**
 * @typedef {object} SearchAnswer a page of results
 * @property {Result[]} results
 * @property {string | null} next
 * @property {number} total exact up to 10,000
 * @property {Record<Facet, FacetValue[]>} facets of the messages
 * @property {{text: string, clauses: {any: Term[]}[], warnings: {code: string, part: string,
 *   detail: string}[]}} query how it was understood: all clauses must hold, any term of each
 * @property {"elasticsearch" | "postgres"} backend
 * @property {boolean} degraded
 */

/**
 * @typedef {object} Suggestion
 * @property {"operator" | "user" | "chat" | "tag" | "recent"} type
 * @property {string} value
 * @property {string} label
 */

/**
 * @typedef {object} Notification what a group of events tells
 * @property {string} id
 * @property {string} kind
 * @property {User[]} actors the last three, of `actor_count`
 * @property {number} actor_count
 * @property {number} event_count
 * @property {string} title
 * @property {string} body
 * @property {Reference | null} reference
 * @property {string} group
 * @property {string} created_at
 * @property {string} updated_at
 * @property {string | null} seen_at
 * @property {string | null} read_at
 */

/** @typedef {{results: Notification[], next: string | null}} NotificationPage */
/** @typedef {{chats_unread: number, feed: {unseen: number, unread: number}}} Counts */

/**
 * @typedef {object} Delivery what became of an event by a channel
 * @property {string} event_at
 * @property {"push" | "email"} channel
 * @property {string} [device]
 * @property {"sent" | "coalesced" | "active" | "muted" | "quiet" | "off" | "retracted" | "dead"
 *   | "failed"} outcome
 * @property {string} [reason]
 * @property {string} at
 */

/** @typedef {{in_app: boolean, push: boolean, email: "off" | "digest" | "instant"}} Wishes */
/** @typedef {{user?: string, reference?: Reference, until: string}} Mute */

/**
 * @typedef {object} Preferences
 * @property {Record<string, Wishes>} kinds
 * @property {{from: string, to: string, time_zone: string} | null} quiet_hours `HH:MM`
 * @property {Mute[]} mutes
 * @property {"full" | "sender" | "none"} preview what a push may tell
 * @property {{every: "hour" | "day", at?: string, time_zone: string} | null} digest
 */

/**
 * @typedef {object} Device where a session is pushed to
 * @property {string} id
 * @property {"web" | "android" | "ios"} platform
 * @property {string} session
 * @property {string} created_at
 */

/** @typedef {Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">} Shelf */

export {};
