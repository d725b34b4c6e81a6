/** What carries uploads in a browser, in the hands of a test. */
export class FakeRequest {
  /** All that were sent. @type {FakeRequest[]} */
  static sent = [];
  upload = {};
  headers = {};
  status = 0;
  responseText = "";
  aborted = false;

  open(method, url) {
    Object.assign(this, { method, url });
  }

  setRequestHeader(name, value) {
    this.headers[name] = value;
  }

  send(body) {
    this.body = body;
    FakeRequest.sent.push(this);
  }

  abort() {
    this.aborted = true;
    this.onabort();
    this.onloadend();
  }

  answer(status, text = "") {
    Object.assign(this, { status, responseText: text });
    this.onload();
    this.onloadend();
  }

  break() {
    this.onerror();
    this.onloadend();
  }
}

/** A server of files that answers at once; `made` are the announced ones. */
export function fileServer(target = {}) {
  const made = [];
  return {
    made,
    async create(file) {
      made.push(file);
      const id = `f${made.length}`;
      const upload = { method: "PUT", url: `/put/${id}`, headers: {}, expires_in: 300, ...target };
      return { ...file, id, state: "pending", thumbnail: null, upload };
    },
    complete: async (id) => ({ id, state: "processing" }),
    get: async (id) => ({ id, state: "processing" }),
    link: async (id) => ({ url: `/get/${id}`, expires_in: 300 }),
  };
}

const pause = globalThis.setTimeout;

/** Waits until it is so, without keeping a busy machine busier. */
export async function until(done) {
  const deadline = performance.now() + 30_000;
  while (!done()) {
    if (performance.now() > deadline) throw new Error("it never came to that");
    await new Promise((resolve) => pause(resolve, 2));
  }
}
