/** Objects as the server tells them; each test names only what it is about. */

export const ME = "70001";
export const PEER = "70002";

export function chat(over = {}) {
  return {
    id: "500",
    peer: { id: PEER, name: "Bob", username: "bob" },
    last_number: 0,
    last_message: null,
    unread_count: 0,
    marks: { me: { delivered: 0, read: 0 }, peer: { delivered: 0, read: 0 } },
    cleared_number: 0,
    muted_until: null,
    archived: false,
    pinned: false,
    marked_unread: false,
    created_at: "2026-01-01T00:00:00.000Z",
    updated_at: "2026-01-01T00:00:00.000Z",
    ...over,
  };
}

export function message(number, over = {}) {
  return {
    chat: "500",
    number,
    client_id: `c${number}`,
    sender: PEER,
    type: "text",
    text: `text ${number}`,
    file: null,
    reply_to: null,
    forward: null,
    reference: null,
    action: null,
    no_forward: false,
    reactions: [],
    tags: [],
    hashtags: [],
    created_at: `2026-01-01T00:00:${String(number).padStart(2, "0")}.000Z`,
    edited_at: null,
    deleted: false,
    ...over,
  };
}

export function page(numbers, hasMoreBefore) {
  return {
    results: numbers.map((number) => message(number)),
    has_more_before: hasMoreBefore,
    has_more_after: false,
  };
}

export function snapshot(over = {}) {
  return { epoch: "e", pts: 0, me: { id: ME, name: "Alice" }, chats: [chat()], ...over };
}

/** Until every promise that can go on has gone on. */
export function settled() {
  return new Promise((resolve) => setImmediate(resolve));
}
