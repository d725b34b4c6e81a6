import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Files } from "../../../project/page/client/files.js";
import { Links } from "../../../project/page/client/links.js";
import { Outbox } from "../../../project/page/client/outbox.js";
import { MemoryShelf } from "../../../project/page/client/shelf.js";
import { FakeRequest, fileServer, until } from "./network.mjs";

globalThis.XMLHttpRequest = FakeRequest;
globalThis.ProgressEvent ??= Event;

const blob = new Blob(["hello"], { type: "text/plain" });
const uploading = FakeRequest.sent;

beforeEach(() => {
  uploading.length = 0;
});

/** REST as Files calls it, answered by a server of files. */
function api(server) {
  return {
    call(method, path, body) {
      const [, , id, rest] = path.split("/");
      if (!id) return server.create(body);
      return rest === "complete" ? server.complete(id) : server.get(id);
    },
  };
}

let people = 0;

/** A page of somebody's, and what it has sent. Pages of one browser share the shelf. */
function page(shelf = new MemoryShelf(), person = `owner ${(people += 1)}`, server = fileServer()) {
  const sent = [];
  const outbox = new Outbox(shelf, person, async (entry) => {
    sent.push(entry);
    return entry;
  });
  const files = new Files(api(server), outbox);
  const texts = () => sent.map(({ text }) => text);
  return { shelf, person, sent, texts, outbox, files };
}

test("a message waits for its file, words do not wait for it, later files do", async () => {
  const { files, outbox, sent, texts } = page();
  const one = files.uploads.begin(blob, "one");
  await until(() => uploading.length === 1); // which of two files is reckoned first nobody knows
  const two = files.uploads.begin(blob, "two");
  files.send("a", one.id, "first");
  files.send("a", two.id, "second");
  outbox.add("a", "words");
  await until(() => uploading.length === 2 && texts().length === 1);
  assert.deepEqual(texts(), ["words"]);
  uploading[1].answer(204);
  files.uploads.hear({ id: "f2", state: "ready" });
  await until(() => files.uploads.get(two.id).state === "ready");
  assert.deepEqual(texts(), ["words"]);
  uploading[0].answer(204);
  files.uploads.hear({ id: "f1", state: "ready" });
  await until(() => sent.length === 3);
  assert.deepEqual(
    sent.map(({ text, file, client_id }) => [text, file, client_id === one.id]),
    [
      ["words", undefined, false],
      ["first", "f1", true],
      ["second", "f2", false],
    ],
  );
  assert.deepEqual(outbox.list(), []);
});

test("a page that is loaded anew keeps the words and asks for the file", async () => {
  const before = page();
  const { id } = before.files.uploads.begin(blob, "hello.txt");
  before.files.send("a", id, "look");
  await until(() => uploading.length === 1);
  before.files.stop(); // the page is gone
  const after = page(before.shelf, before.person);
  await until(() => after.outbox.get(id)?.problem);
  const [entry] = after.outbox.list("a");
  assert.deepEqual([entry.text, entry.problem.code], ["look", "cut_off"]);
  assert.equal(after.files.needsFile(entry), true);
  after.files.retry(entry, new File(["hello"], "hello.txt"));
  await until(() => uploading.length === 2);
  uploading[1].answer(204);
  after.files.uploads.hear({ id: "f1", state: "ready" });
  await until(() => after.sent.length === 1);
  assert.deepEqual([after.sent[0].text, after.sent[0].file], ["look", "f1"]);
  assert.equal(after.sent[0].client_id, id);
});

test("what was uploaded whole goes on after a reload", async () => {
  const before = page();
  const { id } = before.files.uploads.begin(blob, "hello.txt");
  before.files.send("a", id, "look");
  await until(() => uploading.length === 1);
  uploading[0].answer(204);
  await until(() => before.outbox.get(id).upload.uploaded === "f1");
  before.files.stop();
  const after = page(before.shelf, before.person);
  await until(() => after.files.uploads.get(id)?.state === "checking");
  after.files.uploads.hear({ id: "f1", state: "ready" });
  await until(() => after.sent.length === 1);
  assert.equal(after.sent[0].file, "f1");
});

test("a lost connection cuts nothing off for good", async () => {
  const { files, outbox, sent } = page();
  const { id } = files.uploads.begin(blob, "hello.txt");
  files.send("a", id, "look");
  await until(() => uploading.length === 1);
  uploading[0].break();
  await until(() => outbox.get(id).problem?.code === "cut_off");
  files.resume();
  assert.equal(outbox.get(id).problem, undefined);
  await until(() => uploading.length === 2);
  uploading[1].answer(204);
  files.uploads.hear({ id: "f2", state: "ready" });
  await until(() => sent.length === 1);
});

test("a discarded message is not sent when its file is there after all", async () => {
  const { files, outbox, sent } = page();
  const { id } = files.uploads.begin(blob, "hello.txt");
  files.send("a", id, "no");
  await until(() => uploading.length === 1);
  files.discard(outbox.get(id));
  assert.equal(uploading[0].aborted, true);
  files.uploads.hear({ id: "f1", state: "ready" });
  outbox.add("a", "yes");
  await until(() => sent.length === 1);
  assert.equal(sent[0].text, "yes");
});

test("a link is asked for once, and again when it did not work or is about to end", async () => {
  let asked = 0;
  let life = 300;
  const links = new Links({
    link: async (id, variant) => ({ url: `/${id}/${variant}/${(asked += 1)}`, expires_in: life }),
  });
  const both = await Promise.all([links.get("f", "thumbnail"), links.get("f", "thumbnail")]);
  assert.deepEqual(both, ["/f/thumbnail/1", "/f/thumbnail/1"]);
  assert.equal(links.peek("f", "thumbnail"), "/f/thumbnail/1");
  assert.equal(links.peek("f"), undefined);
  links.drop("f", "thumbnail");
  life = 0;
  assert.equal(await links.get("f", "thumbnail"), "/f/thumbnail/2");
  assert.equal(await links.get("f", "thumbnail"), "/f/thumbnail/3");
});
