import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryShelf } from "../../../project/page/client/shelf.js";
import { chat, message, settled, snapshot } from "./examples.mjs";

/** What a browser has and Node has not, with a count of what is left behind in it. */
const listening = new Set();
const ticking = new Set();
globalThis.localStorage = new MemoryShelf();
globalThis.addEventListener = (type, heard, { signal } = {}) => {
  listening.add(heard);
  signal?.addEventListener("abort", () => listening.delete(heard));
};
globalThis.document = { visibilityState: "visible", addEventListener: globalThis.addEventListener };
const { setInterval: begin, clearInterval: end } = globalThis;
globalThis.setInterval = (...what) => {
  const timer = begin(...what);
  ticking.add(timer);
  return timer;
};
globalThis.clearInterval = (timer) => {
  ticking.delete(timer);
  end(timer);
};

/** Sockets that the test speaks through. */
const sockets = [];
globalThis.WebSocket = class {
  constructor(url) {
    this.url = url;
    sockets.push(this);
  }
  said = [];
  send(text) {
    this.said.push(JSON.parse(text));
  }
  close() {}
  says(frame) {
    this.onmessage({ data: JSON.stringify(frame) });
  }
};
const ready = { type: "ready", data: { heartbeat: 25 } };

/** What REST answers, by path. */
let answers = {};
let asked = [];
globalThis.fetch = async (url, { headers }) => {
  const { pathname, search } = new URL(url);
  asked.push([pathname.replace("/api/v1", "") + search, headers.authorization]);
  const answer = answers[pathname.replace("/api/v1", "")];
  const { status = 200, body } = await (typeof answer === "function" ? answer(search) : answer);
  return { ok: status < 300, status, text: async () => JSON.stringify(body) };
};

const { Confab } = await import("../../../project/page/client/confab.js");
const tokens = (n, user = "70001") => ({
  access: `access ${n}`,
  refresh: `refresh ${n}`,
  expires_in: 600,
  session: `session ${n}`,
  user: { id: user },
});

async function someone(n = 1) {
  asked = [];
  answers = { "/bootstrap": { body: snapshot() }, "/auth/logout": { status: 204, body: null }, ...answers };
  const confab = new Confab("https://chat.example");
  confab.enter(tokens(n));
  await settled();
  return confab;
}

async function over(confab) {
  confab.tokens.forget();
  answers = {};
  await settled();
}

test("twenty log-ins leave no more behind than one", async () => {
  const confab = await someone(1);
  const count = () => [listening.size, ticking.size];
  const before = count();
  for (let n = 2; n < 22; n += 1) {
    confab.tokens.forget();
    confab.enter(tokens(n));
    await settled();
  }
  assert.deepEqual(count(), before);
  await over(confab);
});

test("whoever leaves while the first state is on its way leaves nothing running", async () => {
  const before = ticking.size;
  let arrive;
  answers = { "/bootstrap": () => new Promise((resolve) => (arrive = resolve)) };
  const confab = await someone(30);
  const { store } = confab;
  confab.tokens.forget();
  arrive({ body: snapshot() });
  await settled();
  await settled();
  assert.equal(ticking.size, before);
  assert.equal(store.epoch, "");
  await over(confab);
});

test("a database that went back while one is connected begins everything anew", async () => {
  const confab = await someone(40);
  const socket = sockets.at(-1);
  socket.says(ready);
  socket.says({ type: "synced", pts: 0 });
  socket.says({ type: "update", pts: 1, kind: "message.created", data: message(1) });
  await settled();
  assert.equal(confab.store.pts, 1);
  answers["/bootstrap"] = { body: snapshot({ epoch: "later", pts: 0 }) };
  socket.says({ ...ready, data: { ...ready.data, reset: { reason: "epoch", epoch: "later", pts: 0 } } });
  socket.says({ type: "update", pts: 1, kind: "message.created", data: message(7) });
  await settled();
  await settled();
  assert.equal(confab.store.epoch, "later");
  assert.equal(confab.store.chat("500").last_number, 7);
  await over(confab);
});

test("who is told when to come back waits so long, and goes on from where it was", async () => {
  const confab = await someone(45);
  const socket = sockets.at(-1);
  socket.says(ready);
  socket.says({ type: "update", pts: 1, kind: "message.created", data: message(1) });
  socket.says({ type: "synced", pts: 1 });
  await settled();
  const later = globalThis.setTimeout;
  const pauses = [];
  globalThis.setTimeout = (work, ms, ...more) => {
    if (ms > 1000) pauses.push([work, ms]);
    else return later(work, ms, ...more);
  };
  const closed = socket.onclose; // a client that has ended no longer listens
  socket.says({ type: "bye", data: { code: 1012, reason: "restart", retry_after: 3.5 } });
  closed({ code: 1012, reason: "restart" });
  await settled();
  globalThis.setTimeout = later;
  assert.equal(sockets.at(-1), socket, "it waits");
  const [[comeBack, ms]] = pauses;
  assert.equal(ms, 3500);
  comeBack();
  await settled();
  assert.notEqual(sockets.at(-1), socket);
  assert.equal(new URL(sockets.at(-1).url).searchParams.get("pts"), "1");
  await over(confab);
});

test("an update of a kind from later is skipped with its position, and so is a frame", async () => {
  const confab = await someone(50);
  const socket = sockets.at(-1);
  socket.says(ready);
  socket.says({ type: "from later", data: null });
  socket.says({ type: "update", pts: 1, kind: "from.later", data: null });
  socket.says({ type: "update", pts: 2, kind: "message.created", data: message(1) });
  await settled();
  assert.equal(confab.store.pts, 2);
  assert.equal(confab.store.chat("500").last_number, 1);
  await over(confab);
});

test("every chat can be reached, and what moved meanwhile is asked for once more", async () => {
  const first = Array.from({ length: 200 }, (_, index) => chat({ id: `${index}` }));
  answers = {
    "/bootstrap": { body: snapshot({ chats: first }) },
    "/chats": (search) => ({
      body: search.includes("cursor=here")
        ? { results: [chat({ id: "200" }), chat({ id: "moved" })], next: null }
        : { results: first, next: "here" },
    }),
    "/chats/moved": { body: chat({ id: "moved", last_number: 4 }) },
  };
  const confab = await someone(60);
  const socket = sockets.at(-1);
  socket.says(ready);
  assert.equal(confab.store.hasMoreChats, true);
  await confab.readMoreChats();
  assert.equal(confab.store.chats().length, 200);
  const reading = confab.readMoreChats();
  socket.says({ type: "update", pts: 1, kind: "message.updated", data: message(4, { chat: "moved" }) });
  await reading;
  assert.equal(confab.store.hasMoreChats, false);
  assert.equal(confab.store.chats().length, 202);
  assert.equal(confab.store.chat("moved").last_number, 4);
  await over(confab);
});

const unfit = (reason) => ({
  status: 401,
  body: { code: "unauthenticated", status: 401, title: "No", reason },
});

test("a token that is not taken is renewed; only the word that the session ended ends it", async () => {
  answers = { "/blocks": unfit(), "/auth/refresh": { body: tokens(71) } };
  const confab = await someone(70);
  await assert.rejects(confab.calls.blocked(), { code: "unauthenticated" });
  assert.equal(confab.loggedIn, true);
  const tries = asked.filter(([path]) => path === "/blocks").map(([, access]) => access);
  assert.deepEqual(tries, ["Bearer access 70", "Bearer access 71"]);
  answers["/blocks"] = unfit("revoked");
  await assert.rejects(confab.calls.blocked(), { code: "unauthenticated" });
  assert.equal(confab.loggedIn, false);
  await over(confab);
});

test("who logs in while the one before is logged out stays", async () => {
  let arrive;
  const confab = await someone(80);
  answers["/auth/logout"] = () => new Promise((resolve) => (arrive = resolve));
  const leaving = confab.logout();
  await settled();
  confab.enter(tokens(81, "another"));
  arrive({ status: 204, body: null });
  await leaving;
  assert.equal(confab.tokens.held.user, "another");
  await over(confab);
});

test("a draft outlives the page", async () => {
  const confab = await someone(90);
  confab.drafts.set("500", "half a sen");
  const later = new Confab("https://chat.example");
  assert.equal(later.drafts.get("500"), "half a sen");
  later.drafts.set("500", "");
  assert.equal(confab.drafts.get("500"), "");
  await over(later);
  confab.tokens.forget();
  confab.link?.stop();
});

test("somebody is watched from the first message on, when the server begins to tell of them", async () => {
  const confab = await someone(100);
  const socket = sockets.at(-1);
  const watched = () =>
    socket.said.filter(({ type }) => type === "presence.watch").map(({ data }) => data.users);
  socket.says(ready);
  socket.says({ type: "synced", pts: 0 });
  await settled();
  socket.says({ type: "update", pts: 1, kind: "message.created", data: message(1) });
  await settled();
  assert.deepEqual(watched().at(-1), ["70002"]);
  assert.equal(watched().filter((users) => users.length).length, 1);
  await over(confab);
});
