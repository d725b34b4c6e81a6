import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { partsOf } from "../../../project/page/app/conversation/text.js";

const table = (name) => JSON.parse(readFileSync(new URL(`../../texts/${name}.json`, import.meta.url)));
const found = (text, kind) =>
  partsOf(text).filter((part) => part.kind === kind).map((part) => part.text);

for (const { text, links } of table("links"))
  test(`links as the server finds them: ${JSON.stringify(text.slice(0, 60))}`, () => {
    assert.deepEqual(found(text, "link"), links);
    assert.equal(partsOf(text).map((part) => part.text).join(""), text);
  });

for (const { text, hashtags } of table("hashtags"))
  test(`hashtags as the server finds them: ${JSON.stringify(text.slice(0, 40))}`, () => {
    const tags = found(text, "hashtag").map((tag) => tag.slice(1).normalize("NFKC").toLowerCase());
    assert.deepEqual([...new Set(tags)], hashtags);
  });

test("a long text of what is almost a link takes no time", () => {
  const begun = Date.now();
  for (const text of ["http://a" + ")".repeat(15_000), "http://".repeat(2000), "#".repeat(16_000)]) partsOf(text);
  assert.ok(Date.now() - begun < 500);
});
