import assert from "node:assert/strict";
import { test } from "node:test";
import { History } from "../../../project/page/client/history.js";
import { Messages } from "../../../project/page/client/messages.js";
import { Store } from "../../../project/page/client/store.js";
import { ME, PEER, message, settled, snapshot } from "./examples.mjs";

/** A store that holds message 1, and an API whose answers the test gives. */
function around() {
  const store = new Store();
  store.start(snapshot());
  store.apply({ pts: 1, kind: "message.created", data: message(1) });
  const asked = [];
  const call = (method, path, body) =>
    new Promise((resolve) => asked.push({ method, path, body, resolve }));
  const messages = new Messages({ call }, () => store);
  const held = () => store.history("500").get(1);
  return { store, asked, messages, held };
}

const liked = (users) => message(1, { reactions: [{ emoji: "👍", users }] });

test("a reaction shows as soon as it is answered", async () => {
  const { asked, messages, held } = around();
  messages.react(held(), "👍", true);
  assert.equal(asked[0].method, "PUT");
  assert.equal(asked[0].path, `/chats/500/messages/1/reactions/${encodeURIComponent("👍")}`);
  asked[0].resolve(liked([ME]));
  await settled();
  assert.deepEqual(held().reactions, [{ emoji: "👍", users: [ME] }]);
});

test("an answer never overwrites what was told after the question", async () => {
  const { asked, messages, held, store } = around();
  messages.react(held(), "👍", true);
  store.apply({ pts: 2, kind: "message.updated", data: liked([ME]) });
  store.apply({ pts: 3, kind: "message.updated", data: liked([ME, PEER]) });
  asked[0].resolve(liked([ME]));
  await settled();
  assert.deepEqual(held().reactions[0].users, [ME, PEER]);
});

test("taking a tag away names it in the path, whatever is in it", () => {
  const { asked, messages, held } = around();
  messages.tag(held(), "a/b?", false);
  assert.deepEqual(
    [asked[0].method, asked[0].path],
    ["DELETE", "/chats/500/messages/1/tags/a%2Fb%3F"],
  );
});

test("an action without parameters sends none", () => {
  const { asked, messages, held } = around();
  messages.act(held());
  messages.act(held(), { colour: "red" });
  assert.deepEqual(
    asked.map(({ body }) => body),
    [{}, { params: { colour: "red" } }],
  );
});

test("tags that were seen are offered, the most used first", () => {
  const { store } = around();
  const tagged = (number, tags) => ({
    pts: number,
    kind: "message.created",
    data: message(number, { tags }),
  });
  store.holdPage("500", { results: [message(1)], has_more_before: false }, 1);
  store.apply(tagged(2, ["later"]));
  store.apply(tagged(3, ["later", "money"]));
  assert.deepEqual(store.tags(), ["later", "money"]);
});

test("what is deleted for everyone is gone from the quotes of it too", () => {
  const history = new History();
  history.put(message(1), 1);
  history.put(message(2, { reply_to: { number: 1, sender: PEER, text: "text 1" } }), 2);
  history.delete(1, "everyone", 3);
  assert.equal(history.get(2).reply_to.text, "");
  assert.equal(history.get(2).text, "text 2");
});
