import assert from "node:assert/strict";
import { test } from "node:test";
import { LastingShelf, MemoryShelf } from "../../../project/page/client/shelf.js";

/** A storage with room for so many characters. */
class SmallShelf extends MemoryShelf {
  room = 40;

  setItem(key, value) {
    let used = key.length + value.length;
    for (let index = 0; index < this.length; index += 1) {
      const other = this.key(index);
      if (other !== key) used += other.length + this.getItem(other).length;
    }
    if (used > this.room) throw new Error("QuotaExceededError");
    super.setItem(key, value);
  }
}

function keysOf(shelf) {
  return Array.from({ length: shelf.length }, (_, index) => shelf.key(index)).sort();
}

test("what is there is read where nothing can be written", () => {
  const storage = new SmallShelf();
  storage.setItem("session", "mine");
  storage.room = 0;
  const shelf = new LastingShelf(() => storage);
  assert.equal(shelf.getItem("session"), "mine");
  assert.equal(shelf.lasting, true);
});

test("what does not fit is held in memory, said, and brought when there is room", () => {
  const storage = new SmallShelf();
  const shelf = new LastingShelf(() => storage);
  const said = [];
  shelf.addEventListener("change", () => said.push(shelf.lasting));
  shelf.setItem("large", "x".repeat(30));
  shelf.setItem("other", "y".repeat(10));
  assert.equal(shelf.getItem("other"), "y".repeat(10));
  assert.equal(storage.getItem("other"), null);
  assert.deepEqual(keysOf(shelf), ["large", "other"]);
  shelf.removeItem("large");
  assert.equal(storage.getItem("other"), "y".repeat(10));
  assert.deepEqual(said, [false, true]);
});

test("a browser that forbids storage leaves memory", () => {
  const shelf = new LastingShelf(() => {
    throw new Error("SecurityError");
  });
  shelf.setItem("a", "1");
  assert.equal(shelf.getItem("a"), "1");
  assert.equal(shelf.lasting, false);
  shelf.removeItem("a");
  assert.deepEqual(keysOf(shelf), []);
});

test("a storage that throws at everything is survived", () => {
  const broken = new Proxy({}, { get: () => { throw new Error("broken"); } });
  const shelf = new LastingShelf(() => broken);
  shelf.setItem("a", "1");
  assert.equal(shelf.getItem("a"), "1");
  shelf.removeItem("a");
  assert.equal(shelf.getItem("a"), null);
});
