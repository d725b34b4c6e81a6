import assert from "node:assert/strict";
import { test } from "node:test";
import { Store } from "../../../project/page/client/store.js";
import { snapshot } from "./examples.mjs";

function item(id, at, over = {}) {
  return { id, kind: "message.received", updated_at: `2026-01-01T00:00:0${at}.000Z`, ...over };
}

function begun(feed) {
  const store = new Store();
  store.start(snapshot({ feed, counts: { chats_unread: 0, feed: { unseen: 1, unread: 1 } } }));
  return store;
}

const ids = (store) => store.items.list().map(({ id }) => id);

test("an item that comes again goes to the top, also when told twice", () => {
  const store = begun([item("2", 2), item("1", 1)]);
  const update = { pts: 1, kind: "notification.updated", data: item("1", 3) };
  store.apply(update);
  store.apply(update);
  assert.deepEqual(ids(store), ["1", "2"]);
});

test("counts are those that were told last", () => {
  const store = begun([]);
  assert.equal(store.items.counts.feed.unread, 1);
  const counts = { chats_unread: 2, feed: { unseen: 0, unread: 5 } };
  store.apply({ pts: 1, kind: "counts.updated", data: counts });
  assert.deepEqual(store.items.counts, counts);
});

test("a page does not bring back what was taken away, nor what it was, meanwhile", () => {
  const store = begun([item("3", 3)]);
  store.apply({ pts: 1, kind: "notification.removed", data: { id: "2" } });
  store.holdItems({ results: [item("3", 1), item("2", 2), item("1", 1)], next: "x" }, 0);
  assert.deepEqual(ids(store), ["3", "1"]);
  assert.equal(store.items.get("3").updated_at, item("3", 3).updated_at);
  assert.equal(store.items.hasMore, true);
});

test("a snapshot begins anew", () => {
  const store = begun([item("1", 1)]);
  store.start(snapshot({ feed: [item("2", 2)] }));
  assert.deepEqual(ids(store), ["2"]);
});
