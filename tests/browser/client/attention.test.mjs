import assert from "node:assert/strict";
import { test } from "node:test";
import { Attention } from "../../../project/page/client/attention.js";
import { Unreachable } from "../../../project/page/client/problem.js";
import { Store } from "../../../project/page/client/store.js";
import { ME, message, settled, snapshot } from "./examples.mjs";

function watched(answer = () => Promise.resolve({})) {
  const store = new Store();
  store.start(snapshot());
  const told = [];
  const attention = new Attention(store, (type, { number }) => {
    told.push([type, number]);
    return answer();
  });
  const arrives = (number, over) => {
    store.apply({ pts: store.pts + 1, kind: "message.created", data: message(number, over) });
    attention.look("500");
  };
  return { attention, told, arrives };
}

test("what arrives is delivered, what is before one's eyes is read", () => {
  const { attention, told, arrives } = watched();
  arrives(1);
  attention.reading = "500";
  arrives(2);
  attention.reading = null;
  arrives(3);
  assert.deepEqual(told, [
    ["chat.delivered", 1],
    ["chat.read", 1],
    ["chat.read", 2],
    ["chat.delivered", 3],
  ]);
});

test("the same is told once, and my own message tells nothing", () => {
  const { attention, told, arrives } = watched();
  arrives(1);
  attention.look("500");
  arrives(2, { sender: ME });
  assert.deepEqual(told, [["chat.delivered", 1]]);
});

test("what was lost with a connection is told on the next", async () => {
  const { attention, told, arrives } = watched(() => Promise.reject(new Unreachable("gone")));
  arrives(1);
  await settled();
  attention.begin();
  assert.deepEqual(told, [
    ["chat.delivered", 1],
    ["chat.delivered", 1],
  ]);
});
