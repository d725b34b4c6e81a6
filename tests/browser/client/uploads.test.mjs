import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { Uploads } from "../../../project/page/client/uploads.js";
import { FakeRequest, fileServer, until } from "./network.mjs";

globalThis.XMLHttpRequest = FakeRequest;
globalThis.ProgressEvent ??= Event;

const blob = new Blob(["hello"], { type: "text/plain" });
const sent = FakeRequest.sent;

beforeEach(() => {
  sent.length = 0;
});

afterEach(() => {
  for (const request of sent) request.onloadend(); // nobody waits for them any more
});

/** One that is on its way to the store. */
async function begun(server = fileServer()) {
  const uploads = new Uploads(server);
  const { id } = uploads.begin(blob, "hello.txt");
  await until(() => sent.length === 1);
  return { uploads, id, request: sent[0] };
}

test("a file is announced, uploaded, and ready when the server says so", async () => {
  const server = fileServer({ headers: { "Content-Type": "text/plain" } });
  const { uploads, id, request } = await begun(server);
  const [{ sha256, ...announced }] = server.made;
  assert.deepEqual(announced, { name: "hello.txt", size: 5, content_type: "text/plain" });
  assert.equal(sha256, "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
  assert.deepEqual([request.method, request.url], ["PUT", "/put/f1"]);
  assert.deepEqual(request.headers, { "Content-Type": "text/plain" });
  assert.equal(request.body, blob);
  request.upload.onprogress({ loaded: 3 });
  assert.deepEqual([uploads.get(id).state, uploads.get(id).sent], ["uploading", 3]);
  request.answer(204);
  await until(() => uploads.get(id).state === "checking");
  uploads.hear({ id: "f1", state: "ready" });
  await until(() => uploads.get(id).state === "ready");
  assert.equal(uploads.get(id).file.id, "f1");
});

test("a form carries its fields first and the file last", async () => {
  const { request } = await begun(
    fileServer({ method: "POST", fields: { key: "k", policy: "p" } }),
  );
  assert.deepEqual([...request.body.keys()], ["key", "policy", "file"]);
});

test("what the server tells before it was asked counts", async () => {
  const { uploads, id, request } = await begun();
  uploads.hear({ id: "f1", state: "ready" });
  request.answer(204);
  await until(() => uploads.get(id).state === "ready");
});

test("a rejected file says why", async () => {
  const { uploads, id, request } = await begun();
  request.answer(204);
  uploads.hear({ id: "f1", state: "rejected", reason: "hash" });
  await until(() => uploads.get(id).state === "failed");
  const { code, reason } = uploads.get(id).problem;
  assert.deepEqual([code, reason], ["rejected", "hash"]);
});

test("the store's refusal is told, in whatever words it comes", async () => {
  const { uploads, id, request } = await begun();
  request.answer(403, "<Error><Code>AccessDenied</Code></Error>");
  await until(() => uploads.get(id).state === "failed");
  assert.deepEqual(uploads.get(id).problem.status, 403);
  uploads.retry(id);
  await until(() => sent.length === 2);
  sent[1].answer(413, JSON.stringify({ code: "too_large", status: 413, title: "Too large" }));
  await until(() => uploads.get(id).problem?.code === "too_large");
});

test("what was cut off begins anew as another file", async () => {
  const { uploads, id, request } = await begun();
  request.break();
  await until(() => uploads.get(id).state === "failed");
  assert.deepEqual(
    uploads.cutOff().map((upload) => upload.id),
    [id],
  );
  uploads.retry(id);
  assert.deepEqual(uploads.cutOff(), []);
  await until(() => sent.length === 2);
  assert.equal(sent[1].url, "/put/f2");
});

test("what stands still is tried again, and in the end said", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { uploads, id } = await begun();
  t.mock.timers.tick(59_000);
  sent[0].upload.onprogress({ loaded: 1 });
  t.mock.timers.tick(59_000);
  assert.equal(sent[0].aborted, false); // it moves, if slowly
  for (const tries of [1, 2, 3]) {
    assert.equal(uploads.get(id).state, "uploading");
    t.mock.timers.tick(60_000);
    await until(() => sent[tries - 1].aborted);
    await until(() => {
      t.mock.timers.tick(1000); // a pause between two
      return tries === 3 ? uploads.get(id).state === "failed" : sent.length === tries + 1;
    });
  }
  assert.equal(uploads.get(id).problem.code, "cut_off");
  sent.length = 0;
  uploads.retry(id);
  await until(() => sent.length === 1); // and nothing holds up what comes after it
});

test("cancelling ends the transfer and leaves nothing behind", async () => {
  const { uploads, id, request } = await begun();
  const told = [];
  uploads.addEventListener("change", (event) => told.push(event.detail));
  uploads.cancel(id);
  assert.equal(request.aborted, true);
  await until(() => uploads.get(id) === undefined);
  await new Promise((resolve) => setTimeout(resolve));
  assert.deepEqual(told, []);
});

test("two are uploaded at once, the others wait for their turn", async () => {
  const server = fileServer();
  const uploads = new Uploads(server);
  const ids = [1, 2, 3].map((number) => uploads.begin(blob, `${number}.txt`).id);
  await until(() => sent.length === 2);
  assert.equal(server.made.length, 2);
  assert.equal(uploads.get(ids[2]).state, "preparing");
  sent[0].break();
  await until(() => sent.length === 3);
});
