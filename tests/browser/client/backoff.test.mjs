import assert from "node:assert/strict";
import { test } from "node:test";
import { Backoff } from "../../../project/page/client/backoff.js";

const ceilings = (backoff, count) => Array.from({ length: count }, () => backoff.next());

test("the ceiling doubles from half a second to thirty", () => {
  const backoff = new Backoff(() => 1);
  assert.deepEqual(ceilings(backoff, 8), [500, 1000, 2000, 4000, 8000, 16000, 30000, 30000]);
});

test("the jitter is full", () => {
  assert.equal(new Backoff(() => 0).next(), 0);
});

test("only a connection that held for a minute starts the count anew", () => {
  const backoff = new Backoff(() => 1);
  ceilings(backoff, 3);
  backoff.held(59_000);
  assert.equal(backoff.next(), 4000);
  backoff.held(60_000);
  assert.equal(backoff.next(), 500);
});
