/**
 * localStorage, or memory where the browser forbids it (then nothing survives the tab).
 *
 * @returns {import("./types.js").Shelf}
 */
export function openShelf() {
  try {
    localStorage.setItem("confab.probe", "");
    localStorage.removeItem("confab.probe");
    return localStorage;
  } catch {
    return new MemoryShelf();
  }
}

/** What localStorage does, in memory. */
export class MemoryShelf {
  /** @type {Map<string, string>} */
  #values = new Map();

  get length() {
    return this.#values.size;
  }

  /** @param {number} index */
  key(index) {
    return [...this.#values.keys()][index] ?? null;
  }

  /** @param {string} key */
  getItem(key) {
    return this.#values.get(key) ?? null;
  }

  /** @param {string} key @param {string} value */
  setItem(key, value) {
    this.#values.set(key, value);
  }

  /** @param {string} key */
  removeItem(key) {
    this.#values.delete(key);
  }
}

/**
 * Call `heard` when another tab changes a key that begins with `prefix`.
 *
 * @param {string} prefix
 * @param {(key: string) => void} heard
 */
export function onOtherTabs(prefix, heard) {
  globalThis.addEventListener?.("storage", (event) => {
    const { key } = /** @type {StorageEvent} */ (event);
    if (key?.startsWith(prefix)) heard(key);
  });
}
