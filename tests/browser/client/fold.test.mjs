import assert from "node:assert/strict";
import { test } from "node:test";
import {
  isListed,
  progressOf,
  tombstone,
  withCreated,
  withDeleted,
  withReplaced,
} from "../../../project/page/client/fold.js";
import { ME, chat, message } from "./examples.mjs";

test("a peer's message is unread, and its sender has read it", () => {
  const folded = withCreated(chat(), message(1), ME);
  assert.equal(folded.unread_count, 1);
  assert.equal(folded.last_number, 1);
  assert.deepEqual(folded.last_message, message(1));
  assert.deepEqual(folded.marks, {
    me: { delivered: 0, read: 0 },
    peer: { delivered: 1, read: 1 },
  });
});

test("my message means that I have read everything before it", () => {
  const before = withCreated(chat(), message(1), ME);
  const folded = withCreated(before, message(2, { sender: ME }), ME);
  assert.equal(folded.unread_count, 0);
  assert.deepEqual(folded.marks.me, { delivered: 2, read: 2 });
  assert.deepEqual(folded.marks.peer, { delivered: 1, read: 1 });
});

test("a message that was counted counts no second time", () => {
  const once = withCreated(chat(), message(1), ME);
  assert.deepEqual(withCreated(once, message(1), ME), once);
});

test("a message that arrives deleted is not unread", () => {
  assert.equal(withCreated(chat(), tombstone(message(1)), ME).unread_count, 0);
});

test("a read mark that is hidden stays hidden", () => {
  const hidden = chat({
    marks: { me: { delivered: 0, read: 0 }, peer: { delivered: 0, read: null } },
  });
  assert.equal(withCreated(hidden, message(1), ME).marks.peer.read, null);
});

test("the old chat is left as it was", () => {
  const before = Object.freeze(chat());
  withCreated(before, message(1), ME);
  assert.equal(before.last_number, 0);
});

test("an edit of the last message shows in the list, an older one does not", () => {
  const now = withCreated(withCreated(chat(), message(1), ME), message(2), ME);
  assert.equal(withReplaced(now, message(2, { text: "new" })).last_message.text, "new");
  assert.equal(withReplaced(now, message(1, { text: "new" })).last_message.text, "text 2");
});

test("deleting the last message leaves a tombstone, or nothing when it is only for me", () => {
  const now = withCreated(chat(), message(1), ME);
  assert.deepEqual(withDeleted(now, 1, "everyone").last_message, tombstone(message(1)));
  assert.equal(withDeleted(now, 1, "me").last_message, null);
});

test("a message that arrives as its own removal still takes its number", () => {
  assert.equal(withDeleted(chat(), 1, "me").last_number, 1);
});

test("a cleared chat leaves the list until its next message", () => {
  const cleared = chat({ last_number: 3, cleared_number: 3 });
  assert.equal(isListed(cleared), false);
  assert.equal(isListed(withCreated(cleared, message(4), ME)), true);
  assert.equal(isListed(chat()), true);
});

test("ticks follow the peer's marks", () => {
  const at = (marks) => progressOf(chat({ marks: { me: {}, peer: marks } }), 5);
  assert.equal(at({ delivered: 4, read: 4 }), "sent");
  assert.equal(at({ delivered: 5, read: 4 }), "delivered");
  assert.equal(at({ delivered: 5, read: 5 }), "read");
  assert.equal(at({ delivered: 5, read: null }), "delivered");
});
