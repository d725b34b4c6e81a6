/** The server tells of no more people than these. */
const MOST = 200;

/**
 * Asks for the presence of everybody in the list, whenever the list has changed. Where nothing was said
 * yet, nobody is told of the other: that chat counts from its first message on.
 */
export class Watch {
  #link;
  #store;
  /** Whose presence is told now. */
  #watched = "";

  /** @param {import("./link.js").Link} link @param {import("./store.js").Store} store */
  constructor(link, store) {
    this.#link = link;
    this.#store = store;
  }

  /** A new connection: nothing is told there yet. */
  begin() {
    this.#watched = "";
    this.look();
  }

  look() {
    if (this.#link.state !== "online") return;
    const users = this.#store
      .chats()
      .filter(({ last_number, peer }) => last_number > 0 && !peer.deleted)
      .slice(0, MOST)
      .map(({ peer }) => peer.id);
    const watched = users.toSorted().join();
    if (watched === this.#watched) return;
    this.#watched = watched;
    this.#link.command("presence.watch", { users }).then(
      ({ presence }) => this.#store.holdPresence(presence),
      () => {
        if (this.#watched === watched) this.#watched = ""; // asked again with the next change
      },
    );
  }
}
