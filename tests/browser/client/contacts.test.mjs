import assert from "node:assert/strict";
import { test } from "node:test";
import { Contacts } from "../../../project/page/client/contacts.js";
import { Problem, Unreachable } from "../../../project/page/client/problem.js";
import { MemoryShelf } from "../../../project/page/client/shelf.js";

const contact = (id, name, over = {}) => ({
  id,
  ref: id,
  name,
  phones: [],
  emails: [],
  state: "invitable",
  updated_at: "2026-01-01T00:00:00.000Z",
  ...over,
});
const job = (over = {}) => ({
  id: "9",
  device: "book.csv",
  state: "running",
  total: 10,
  processed: 0,
  reload: false,
  created_at: "2026-01-01T00:00:00.000Z",
  ...over,
});

/** A book whose server answers what `answer` says. */
function book(answer, shelf = new MemoryShelf()) {
  const asked = [];
  const api = {
    call: async (method, path, body, options) => {
      asked.push(`${method} ${path}`);
      return answer(method, path, body, options);
    },
  };
  return { contacts: new Contacts(api, shelf, "70001"), asked, shelf };
}

const names = (contacts, filter) => contacts.list(filter).map(({ name }) => name);

test("an update that came while a page was on its way is younger than the page", async () => {
  let arrive;
  const { contacts } = book(() => new Promise((resolve) => (arrive = resolve)));
  const reading = contacts.read();
  contacts.hear({ kind: "contact.updated", data: contact("1", "Anna, renamed") });
  contacts.hear({ kind: "contact.removed", data: { id: "2" } });
  arrive({ results: [contact("1", "Anna"), contact("2", "Ben"), contact("3", "Cy")], next: null });
  await reading;
  assert.deepEqual(names(contacts), ["Anna, renamed", "Cy"]);
  assert.equal(contacts.hasMore(), false);
});

test("a page that was asked for before the book was begun anew is not taken", async () => {
  const arrive = [];
  const { contacts } = book(() => new Promise((resolve) => arrive.push(resolve)));
  const before = contacts.read();
  contacts.hear({ kind: "import.updated", data: job({ state: "done", reload: true }) });
  const after = contacts.read();
  arrive[0]({ results: [contact("1", "Anna")], next: null });
  await before;
  assert.deepEqual(names(contacts), []);
  assert.equal(contacts.begun(), false);
  arrive[1]({ results: [contact("2", "Ben")], next: null });
  await after;
  assert.deepEqual(names(contacts), ["Ben"]);
});

test("each filter is read from where it stands, and never twice at once", async () => {
  const { contacts, asked } = book((_method, path) => ({
    results: [path.includes("cursor") ? contact("2", "Ben") : contact("1", "Anna")],
    next: path.includes("cursor") ? null : "c",
  }));
  await Promise.all([contacts.read({ state: "invitable" }), contacts.read({ state: "invitable" })]);
  await contacts.read({ state: "invitable" });
  await contacts.read({ state: "invitable" });
  assert.deepEqual(asked, [
    "GET /contacts?state=invitable&limit=200",
    "GET /contacts?state=invitable&cursor=c&limit=200",
  ]);
  assert.deepEqual(names(contacts, { state: "invitable", q: "be" }), ["Ben"]);
  assert.deepEqual(names(contacts, { state: "matched" }), []);
});

test("somebody is found by a part of the name, an address or a number however it is written", async () => {
  const phones = [{ value: "0664 / 123 45 67", e164: "+436641234567", assumed: true }];
  const { contacts } = book(() => ({
    results: [contact("1", "Anna", { phones, emails: ["anna@example.com"] })],
    next: null,
  }));
  await contacts.read();
  for (const q of ["ann", "ANNA@example.com", "0664 1234567", "+43 664 1234567", "1234567"])
    assert.deepEqual(names(contacts, { q }), ["Anna"], q);
  for (const q of ["0", "0664", "99999", "anna@example"]) assert.deepEqual(names(contacts, { q }), [], q);
});

test("imports that cannot be asked for now are not forgotten", async () => {
  const first = book(() => job({ state: "done" }));
  await first.contacts.imports.addEntries({ batch: "b", device: "d", mode: "full", entries: [] });
  const away = () => {
    throw new Problem({ code: "unavailable", status: 503, title: "Unavailable" });
  };
  await assert.rejects(book(away, first.shelf).contacts.imports.remember());
  const later = book(() => job({ state: "done" }), first.shelf);
  await later.contacts.imports.remember();
  assert.equal(later.contacts.imports.list().length, 1);
});

test("an import does not go back, whatever comes late", async () => {
  const { contacts } = book(() => job({ processed: 4 }));
  await contacts.imports.addEntries({ batch: "b", device: "d", mode: "full", entries: [] });
  contacts.hear({ kind: "import.progress", data: job({ processed: 2 }) });
  assert.equal(contacts.imports.list()[0].processed, 4);
  contacts.hear({ kind: "import.progress", data: job({ state: "done", processed: 10 }) });
  contacts.hear({ kind: "import.progress", data: job({ processed: 8 }) });
  assert.equal(contacts.imports.list()[0].state, "done");
  contacts.stop();
});

test("a file whose answer was lost is sent once more under the same name", async () => {
  const batches = [];
  const { contacts } = book((_method, _path, body) => {
    batches.push(body.get("batch"));
    if (batches.length === 1) throw new Unreachable("cut off");
    return job({ state: "done" });
  });
  await contacts.imports.addFile(new File(["Name,Phone"], "book.csv"), { device: "book.csv" });
  assert.equal(batches.length, 2);
  assert.equal(batches[0], batches[1]);
});

test("imports are remembered over a reload until the server has them no more", async () => {
  const first = book(() => job({ state: "done" }));
  await first.contacts.imports.addEntries({ batch: "b", device: "d", mode: "full", entries: [] });
  const second = book(() => job({ state: "done" }), first.shelf);
  await second.contacts.imports.remember();
  assert.deepEqual(second.contacts.imports.list().map(({ id }) => id), ["9"]);
  const gone = () => {
    throw new Problem({ code: "not_found", status: 404, title: "Not found" });
  };
  await book(gone, first.shelf).contacts.imports.remember();
  const last = book(gone, first.shelf);
  await last.contacts.imports.remember();
  assert.deepEqual(last.asked, []);
});
