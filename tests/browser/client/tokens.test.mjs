import assert from "node:assert/strict";
import { test } from "node:test";
import { Problem, Unreachable } from "../../../project/page/client/problem.js";
import { MemoryShelf } from "../../../project/page/client/shelf.js";
import { Tokens } from "../../../project/page/client/tokens.js";
import { until } from "./network.mjs";

const answer = (n, expires_in = 600) => ({
  access: `access ${n}`,
  refresh: `refresh ${n}`,
  expires_in,
  session: "s",
  user: { id: "me" },
});

/** A server that rotates: each refresh token works once. */
function rotating() {
  let n = 1;
  const used = [];
  const refresh = async (token) => {
    used.push(token);
    if (token !== `refresh ${n}`) throw refused();
    n += 1;
    return answer(n);
  };
  return { refresh, used };
}

const refused = () => new Problem({ code: "unauthenticated", status: 401, title: "Revoked" });

test("a token with time left is used as it is", async () => {
  const tokens = new Tokens(new MemoryShelf(), () => assert.fail("no refresh is needed"));
  tokens.keep(answer(1));
  assert.equal(await tokens.access(), "access 1");
});

test("a token near its end is renewed, once for all who ask", async () => {
  const { refresh, used } = rotating();
  const tokens = new Tokens(new MemoryShelf(), refresh);
  tokens.keep(answer(1, 0));
  const got = await Promise.all([tokens.access(), tokens.access(), tokens.renew("access 1")]);
  assert.deepEqual(got, ["access 2", "access 2", "access 2"]);
  assert.deepEqual(used, ["refresh 1"]);
});

test("two tabs never use one refresh token twice", async () => {
  const shelf = new MemoryShelf();
  const { refresh, used } = rotating();
  const here = new Tokens(shelf, refresh);
  const there = new Tokens(shelf, refresh);
  here.keep(answer(1, 0));
  const got = await Promise.all([here.access(), there.access()]);
  assert.deepEqual(got, ["access 2", "access 2"]);
  assert.deepEqual(used, ["refresh 1"]);
});

test("a refused refresh ends the session, a lost one does not", async () => {
  let error = new Unreachable("gone");
  const tokens = new Tokens(new MemoryShelf(), () => Promise.reject(error));
  tokens.keep(answer(1, 0));
  let ended = 0;
  tokens.addEventListener("changed", () => (ended += 1));
  await assert.rejects(tokens.access(), Unreachable);
  assert.notEqual(tokens.held, null);
  error = refused();
  await assert.rejects(tokens.access(), Problem);
  assert.equal(tokens.held, null);
  assert.equal(ended, 1);
});

test("what the server knows the device by outlives the session, and refreshes leave it alone", () => {
  const tokens = new Tokens(new MemoryShelf(), () => assert.fail("no refresh is needed"));
  assert.equal(tokens.device, undefined);
  tokens.keep({ ...answer(1), device: "this one" });
  tokens.keep(answer(2));
  tokens.forget();
  assert.equal(tokens.device, "this one");
});

test("an answer that was lost is asked for again at once", async () => {
  let tries = 0;
  const refresh = async () => {
    tries += 1;
    if (tries < 3) throw new Unreachable("timed out");
    return answer(2);
  };
  const tokens = new Tokens(new MemoryShelf(), refresh);
  tokens.keep(answer(1, 0));
  assert.equal(await tokens.access(), "access 2");
  assert.equal(tries, 3);
});

/** One who logged in, whose renewal is under way. */
async function renewing() {
  let end;
  const tokens = new Tokens(new MemoryShelf(), () => new Promise((...ends) => (end = ends)));
  tokens.keep(answer(1, 0));
  const renewed = tokens.access();
  const outcome = renewed.catch((error) => error.code);
  const other = { ...answer(9), session: "other", user: { id: "another" } };
  await until(() => end);
  return { tokens, outcome, other, end: (way, value) => end[way](value) };
}

test("a late answer overwrites no newer session, and lends nobody another one's token", async () => {
  const { tokens, outcome, other, end } = await renewing();
  tokens.keep(other);
  end(0, answer(2));
  assert.equal(await outcome, "unauthenticated");
  assert.equal(tokens.held.access, "access 9");
});

test("a late refusal ends no newer session, and a late answer begins none that was left", async () => {
  const first = await renewing();
  first.tokens.keep(first.other);
  first.end(1, refused());
  assert.equal(await first.outcome, "unauthenticated");
  assert.equal(first.tokens.held.access, "access 9");
  const second = await renewing();
  second.tokens.forget();
  second.end(0, answer(2));
  assert.equal(await second.outcome, "unauthenticated");
  assert.equal(second.tokens.held, null);
});

test("what a proxy says of tokens ends nothing", async () => {
  const gate = new Problem({ code: "unknown", status: 401, title: "Proxy" });
  const tokens = new Tokens(new MemoryShelf(), () => Promise.reject(gate));
  tokens.keep(answer(1, 0));
  await assert.rejects(tokens.access(), Problem);
  assert.notEqual(tokens.held, null);
});
