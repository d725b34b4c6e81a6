import { h, theirs } from "../ui/dom.js";
import { quoted } from "./clauses.js";

/** So many values of each are offered. */
const MOST = 6;
const month = new Intl.DateTimeFormat(undefined, { month: "long", year: "numeric", timeZone: "UTC" });

/**
 * @typedef {import("../../client/types.js").SearchAnswer} SearchAnswer
 * @typedef {import("../../client/types.js").Facet} Facet
 * @typedef {import("../../client/types.js").FacetValue} FacetValue
 * @typedef {import("../shell.js").Desk} Desk
 */

/** @type {[Facet, string][]} */
const TITLES = [
  ["chat", "Chat"],
  ["sender", "From"],
  ["type", "Kind"],
  ["month", "Month"],
  ["tag", "Tag"],
];

/**
 * What the messages found have in common; pressing one adds it to the query.
 *
 * @param {Desk} desk
 * @param {SearchAnswer} answer
 * @param {(operator: string) => void} add
 * @returns {HTMLElement | null} null where there is nothing to choose from
 */
export function facets(desk, { facets, query }, add) {
  const groups = TITLES.map(([facet, title]) => {
    const values = facets[facet]
      .map((value) => ({ ...value, operator: operatorOf(desk, facet, value) }))
      .filter(({ operator }) => operator && !query.text.includes(operator))
      .slice(0, MOST);
    return values.length && h("div", { role: "group", "aria-label": title }, ...values.map(pill));
  });
  /** @param {FacetValue & {operator: string}} value */
  function pill({ value, label, count, operator }) {
    const words = /^\d{4}-\d\d$/.test(value) ? month.format(new Date(`${value}-01`)) : label;
    return h(
      "button",
      { class: "pill", title: operator, onclick: () => add(operator) },
      theirs(words),
      h("span", { class: "faint" }, count.toLocaleString()),
    );
  }
  const shown = groups.filter((group) => group instanceof HTMLElement);
  return shown.length ? h("details", { class: "facets" }, h("summary", {}, "Narrow"), ...shown) : null;
}

/**
 * What says the same in a query, or "" where nothing does.
 *
 * @param {Desk} desk
 * @param {Facet} facet
 * @param {FacetValue} value
 */
function operatorOf({ confab }, facet, { value }) {
  if (facet === "type") return `type:${value}`;
  if (facet === "month") return `during:${value}`;
  if (facet === "tag") return `tag:${quoted(value)}`;
  if (facet === "sender" && value === confab.store.myId) return "from:me";
  const chats = confab.store.chats();
  const chat = chats.find(({ id, peer }) => value === (facet === "chat" ? id : peer.id));
  const username = chat?.peer.username;
  return username ? `${facet === "chat" ? "in" : "from"}:@${username}` : "";
}
