import assert from "node:assert/strict";
import { test } from "node:test";
import { Store } from "../../../project/page/client/store.js";
import { chat, message, page, snapshot } from "./examples.mjs";

function begun(over) {
  const store = new Store();
  store.start(snapshot(over));
  return store;
}

const numbers = (store) =>
  store
    .history("500")
    .list()
    .map(({ number }) => number);

test("the cursor follows what was applied", () => {
  const store = begun({ pts: 7 });
  store.apply({ pts: 8, kind: "message.created", data: message(1) });
  store.apply({ pts: 9, kind: "a.kind.of.the.future", data: {} });
  assert.equal(store.pts, 9);
});

test("applying updates twice changes nothing", () => {
  const store = begun();
  const updates = [
    { pts: 1, kind: "message.created", data: message(1) },
    { pts: 2, kind: "message.created", data: message(2) },
    { pts: 3, kind: "message.deleted", data: { chat: "500", number: 1, for: "me" } },
  ];
  for (const update of [...updates, ...updates]) store.apply(update);
  assert.equal(store.chat("500").unread_count, 2);
  assert.equal(store.pts, 3);
});

test("a message of an unknown chat asks for the chat first", () => {
  const store = begun({ chats: [] });
  const update = { pts: 1, kind: "message.created", data: message(1) };
  assert.equal(store.missingChat(update), "500");
  store.hold(chat({ last_number: 1, last_message: message(1), unread_count: 1 }));
  assert.equal(store.missingChat(update), null);
  store.apply(update);
  assert.equal(store.chat("500").unread_count, 1);
});

test("older pages join below, and nothing shows above a hole", () => {
  const store = begun();
  store.apply({ pts: 1, kind: "message.created", data: message(90) });
  assert.deepEqual(numbers(store), []);
  store.holdPage("500", page([88, 89, 90], true), 1);
  assert.deepEqual(numbers(store), [88, 89, 90]);
  store.apply({ pts: 2, kind: "message.updated", data: message(40, { text: "edited" }) });
  assert.deepEqual(numbers(store), [88, 89, 90]);
  store.holdPage("500", page([86, 87], false), 2);
  assert.deepEqual(numbers(store), [40, 86, 87, 88, 89, 90]);
});

test("a page that is older than an update does not undo it", () => {
  const store = begun();
  const askedAt = store.pts;
  store.apply({ pts: 1, kind: "message.updated", data: message(1, { text: "edited" }) });
  store.apply({ pts: 2, kind: "message.deleted", data: { chat: "500", number: 2, for: "me" } });
  store.holdPage("500", page([1, 2, 3], false), askedAt);
  assert.deepEqual(numbers(store), [1, 3]);
  assert.equal(store.history("500").get(1).text, "edited");
});

test("clearing takes the messages away; a snapshot begins anew", () => {
  const store = begun();
  store.holdPage("500", page([1, 2], false), 0);
  store.apply({ pts: 1, kind: "chat.updated", data: chat({ last_number: 2, cleared_number: 2 }) });
  assert.deepEqual(numbers(store), []);
  assert.deepEqual(store.chats(), []);
  store.start(snapshot({ epoch: "f", pts: 40 }));
  assert.equal(store.pts, 40);
  assert.equal(store.chats().length, 1);
});

test("pinned chats come first, then the newest activity", () => {
  const at = (id, minute, pinned = false) =>
    chat({
      id,
      pinned,
      last_message: message(1, { created_at: `2026-01-01T00:${minute}:00.000Z` }),
    });
  const store = begun({ chats: [at("1", "01"), at("2", "09"), at("3", "00", true)] });
  const ids = store.chats().map(({ id }) => id);
  assert.deepEqual(ids, ["3", "2", "1"]);
});
