/**
 * The browser's storage as long as it works. What it does not take (it is full, or forbidden) is held
 * in memory, over what is still there to be read, and brought there once there is room.
 *
 * Events: `change` of `lasting`.
 */
export class LastingShelf extends EventTarget {
  /** What storage did not take; null for what could not be taken out. @type {Map<string, string | null>} */
  #kept = new Map();
  #storage;
  #barred;

  /** @param {() => import("./types.js").Shelf} [storage] may throw, as asking a browser for it may */
  constructor(storage = () => localStorage) {
    super();
    const found = tried(storage);
    this.#barred = !found;
    this.#storage = found ?? new MemoryShelf();
    /** Whether all that is here survives the page. */
    this.lasting = !this.#barred;
  }

  get length() {
    return this.#keys().length;
  }

  /** @param {number} index */
  key(index) {
    return this.#keys()[index] ?? null;
  }

  /** @param {string} key @returns {string | null} */
  getItem(key) {
    const kept = this.#kept.get(key);
    return kept === undefined ? (tried(() => this.#storage.getItem(key)) ?? null) : kept;
  }

  /** @param {string} key @param {string} value */
  setItem(key, value) {
    this.#kept.set(key, value);
    this.#bring();
  }

  /** @param {string} key */
  removeItem(key) {
    this.#kept.set(key, null);
    this.#bring();
  }

  /** What is taken out goes first: it makes room. */
  #bring() {
    const entries = [...this.#kept].sort(([, a], [, b]) => Number(b === null) - Number(a === null));
    for (const [key, value] of entries) {
      const done = tried(() => {
        if (value === null) this.#storage.removeItem(key);
        else this.#storage.setItem(key, value);
        return true;
      });
      if (done) this.#kept.delete(key);
    }
    const lasting = this.#kept.size === 0 && !this.#barred;
    if (lasting === this.lasting) return;
    this.lasting = lasting;
    this.dispatchEvent(new Event("change"));
  }

  #keys() {
    const stored = tried(() =>
      Array.from({ length: this.#storage.length }, (_, index) => this.#storage.key(index) ?? ""),
    );
    const keys = new Set(stored ?? []);
    for (const [key, value] of this.#kept) value === null ? keys.delete(key) : keys.add(key);
    return [...keys];
  }
}

/** @template T @param {() => T} act @returns {T | undefined} nothing where the browser throws */
function tried(act) {
  try {
    return act();
  } catch {
    return undefined;
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
 * @param {AbortSignal} [signal] until then
 */
export function onOtherTabs(prefix, heard, signal) {
  const told = (/** @type {Event} */ event) => {
    const { key } = /** @type {StorageEvent} */ (event);
    if (key?.startsWith(prefix)) heard(key);
  };
  globalThis.addEventListener?.("storage", told, { signal });
}
