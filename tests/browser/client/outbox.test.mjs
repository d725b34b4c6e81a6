import assert from "node:assert/strict";
import { test } from "node:test";
import { Outbox } from "../../../project/page/client/outbox.js";
import { Problem, Unreachable } from "../../../project/page/client/problem.js";
import { MemoryShelf } from "../../../project/page/client/shelf.js";
import { settled } from "./examples.mjs";

/** A server whose answers the test gives one by one. */
function deliveries() {
  const asked = [];
  const deliver = (entry) =>
    new Promise((resolve, reject) => asked.push({ entry, resolve, reject }));
  const texts = () => asked.map(({ entry }) => entry.text);
  return { asked, deliver, texts };
}

const busy = () => new Problem({ code: "unavailable", status: 503, title: "Busy" });
const forbidden = () => new Problem({ code: "forbidden", status: 403, title: "No" });
const noPause = () => Promise.resolve();

let people = 0;
/** Tests share this process's locks, so each has a person of its own. */
const somebody = () => `person ${(people += 1)}`;

test("within a chat the next one waits for the answer of the one before", async () => {
  const { asked, deliver, texts } = deliveries();
  const outbox = new Outbox(new MemoryShelf(), somebody(), deliver);
  outbox.add("a", "one");
  outbox.add("a", "two");
  outbox.add("b", "other chat");
  await settled();
  assert.deepEqual(texts(), ["one", "other chat"]);
  asked[0].resolve({});
  await settled();
  assert.deepEqual(texts(), ["one", "other chat", "two"]);
});

test("an unknown outcome is tried again with the same client_id, and nothing overtakes it", async () => {
  const { asked, deliver, texts } = deliveries();
  const outbox = new Outbox(new MemoryShelf(), somebody(), deliver);
  outbox.add("a", "one");
  outbox.add("a", "two");
  await settled();
  asked[0].reject(new Unreachable("gone"));
  await settled();
  assert.deepEqual(texts(), ["one"]);
  outbox.flush();
  await settled();
  assert.deepEqual(texts(), ["one", "one"]);
  assert.equal(asked[1].entry.client_id, asked[0].entry.client_id);
});

test("what was not sent survives the tab", async () => {
  const shelf = new MemoryShelf();
  const me = somebody();
  new Outbox(shelf, me, () => Promise.reject(new Unreachable("gone"))).add("a", "one");
  await settled();
  const { asked, deliver, texts } = deliveries();
  const later = new Outbox(shelf, me, deliver);
  later.flush();
  await settled();
  assert.deepEqual(texts(), ["one"]);
  asked[0].resolve({});
  await settled();
  assert.deepEqual(later.list(), []);
  assert.equal(shelf.length, 0);
});

test("a refusal is kept for the person, and those after it go on", async () => {
  const { asked, deliver, texts } = deliveries();
  const outbox = new Outbox(new MemoryShelf(), somebody(), deliver);
  outbox.add("a", "one");
  outbox.add("a", "two");
  await settled();
  asked[0].reject(forbidden());
  await settled();
  assert.deepEqual(texts(), ["one", "two"]);
  assert.equal(outbox.list("a")[0].problem.code, "forbidden");
  outbox.flush();
  await settled();
  assert.equal(asked.length, 2);
});

test("a person may try again or discard", async () => {
  const { asked, deliver } = deliveries();
  const outbox = new Outbox(new MemoryShelf(), somebody(), deliver);
  outbox.add("a", "one");
  await settled();
  asked[0].reject(forbidden());
  await settled();
  outbox.retry(outbox.list()[0]);
  await settled();
  assert.equal(asked.length, 2);
  asked[1].reject(forbidden());
  await settled();
  outbox.remove(outbox.list()[0]);
  assert.deepEqual(outbox.list(), []);
});

test("a server that is busy is asked until it can", async () => {
  const waits = [];
  let tries = 0;
  const deliver = async () => {
    tries += 1;
    if (tries < 40) throw busy();
    return {};
  };
  const pause = async (ms) => void waits.push(ms);
  const outbox = new Outbox(new MemoryShelf(), somebody(), deliver, pause);
  outbox.add("a", "one");
  await settled();
  assert.equal(tries, 40);
  assert.deepEqual(outbox.list(), []);
  assert.ok(waits.every((ms) => ms <= 30_000));
  assert.ok(Math.max(...waits) > 1000);
});

test("each refusal that passes is tried again: limits, upgrades, failovers", async () => {
  for (const [code, status] of [["rate_limited", 429], ["unavailable", 503], ["internal", 500]]) {
    let tries = 0;
    const deliver = async () => {
      tries += 1;
      if (tries < 9) throw new Problem({ code, status, title: "Later" });
      return {};
    };
    const outbox = new Outbox(new MemoryShelf(), somebody(), deliver, noPause);
    outbox.add("a", "one");
    await settled();
    assert.equal(tries, 9, code);
  }
});

test("the connection is back: nothing waits for its pause, and what was taken back is not sent", async () => {
  const { asked, deliver, texts } = deliveries();
  const outbox = new Outbox(new MemoryShelf(), somebody(), deliver, () => new Promise(() => {}));
  outbox.add("a", "one");
  await settled();
  asked[0].reject(busy());
  await settled();
  outbox.flush();
  await settled();
  assert.deepEqual(texts(), ["one", "one"]);
  asked[1].reject(busy());
  await settled();
  outbox.remove(outbox.list()[0]);
  outbox.add("a", "two");
  outbox.flush();
  await settled();
  assert.deepEqual(texts(), ["one", "one", "two"]);
});

test("a full storage stops no chat", async () => {
  const shelf = new MemoryShelf();
  const { asked, deliver, texts } = deliveries();
  const outbox = new Outbox(shelf, somebody(), deliver);
  outbox.add("a", "one");
  await settled();
  const set = shelf.setItem;
  shelf.setItem = () => {
    throw new Error("QuotaExceededError");
  };
  const { error: say } = console;
  console.error = () => {};
  asked[0].reject(forbidden()); // which cannot be written down
  await settled();
  console.error = say;
  shelf.setItem = set;
  outbox.flush();
  await settled();
  assert.deepEqual(texts(), ["one", "one"]);
});

test("two tabs send each message once", async () => {
  const shelf = new MemoryShelf();
  const me = somebody();
  const { asked, deliver, texts } = deliveries();
  const here = new Outbox(shelf, me, deliver);
  const there = new Outbox(shelf, me, deliver);
  here.add("a", "one");
  there.flush();
  await settled();
  assert.deepEqual(texts(), ["one"]);
  asked[0].resolve({});
  await settled();
  assert.deepEqual(texts(), ["one"]);
});

test("another person of the same browser does not send mine", async () => {
  const shelf = new MemoryShelf();
  const me = somebody();
  new Outbox(shelf, me, () => Promise.reject(new Unreachable("gone"))).add("a", "one");
  await settled();
  const { asked, deliver } = deliveries();
  new Outbox(shelf, somebody(), deliver).flush();
  await settled();
  assert.equal(asked.length, 0);
});
