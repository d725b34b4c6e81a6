import { h } from "../ui/dom.js";
import { attempt } from "../ui/overlays.js";
import { problemWords } from "../ui/words.js";
import { facets } from "./facets.js";
import { hit } from "./hit.js";

/**
 * @typedef {import("../../client/types.js").Result} Result
 * @typedef {import("../../client/types.js").SearchAnswer} SearchAnswer
 * @typedef {import("../shell.js").Desk} Desk
 */

/** In the order in which they stand. @type {[Result["type"], string, string][]} */
const KINDS = [
  ["user", "people", "People"],
  ["contact", "contacts", "Contacts"],
  ["message", "messages", "Messages"],
  ["file", "files", "Files"],
];
const MOST_COUNTED = 10_000;

/**
 * What is found, by its kind, with ways to narrow it. Arrows move among the results.
 *
 * @param {Desk} desk
 * @param {object} box
 * @param {(operator: string) => void} box.add puts an operator into the query
 * @param {() => void} box.focus
 * @param {(query: SearchAnswer["query"] | null) => void} box.understood
 */
export function results(desk, box) {
  const count = h("p", { class: "hint", role: "status" });
  const notice = h("p", { class: "hint degraded", role: "status", hidden: true }, DEGRADED);
  const narrow = h("div");
  const lists = h("div");
  const more = h("button", { class: "link more", hidden: true, onclick: readOn }, "More results");
  const wishes = options(() => ask(asked.q));
  const element = h(
    "section",
    { class: "results", "aria-label": "Search results", hidden: true },
    wishes.kinds,
    h("div", { class: "row spread counted" }, count, wishes.sort),
    notice,
    narrow,
    lists,
    more,
  );
  /** Each question is an object of its own: what answers an older one is not shown. */
  let asked = { q: "" };
  /** @type {SearchAnswer | null} */
  let answer = null;

  /** @param {string} q "" takes all results away */
  async function ask(q) {
    const question = (asked = { q });
    if (!q) return draw(null);
    element.hidden = false;
    try {
      const page = await desk.confab.search.find(q, wishes.now());
      if (asked === question) draw(page);
    } catch (error) {
      if (asked !== question) return;
      draw(null);
      element.hidden = false;
      count.textContent = problemWords(error);
    }
  }

  async function readOn() {
    const question = asked;
    const cursor = answer?.next ?? undefined;
    more.disabled = true;
    const next = desk.confab.search.find(asked.q, { ...wishes.now(), cursor });
    await attempt(next.then((page) => asked === question && append(page)));
    more.disabled = false;
  }

  /** @param {SearchAnswer | null} page */
  function draw(page) {
    element.hidden = page === null;
    count.textContent = page ? countWords(page.total) : "";
    box.understood(page?.query ?? null);
    narrow.replaceChildren(...[page && facets(desk, page, box.add)].filter((each) => each !== null));
    lists.replaceChildren();
    append(page);
  }

  /** @param {SearchAnswer | null} page */
  function append(page) {
    answer = page;
    more.hidden = !page?.next;
    notice.hidden = !page?.degraded;
    const names = new Map(page?.facets.chat.map(({ value, label }) => [value, label]));
    for (const [type, , title] of KINDS) addTo(type, title, page?.results ?? [], names);
  }

  /**
   * @param {string} type
   * @param {string} title
   * @param {Result[]} page
   * @param {Map<string, string>} names
   */
  function addTo(type, title, page, names) {
    const rows = page
      .filter((result) => result.type === type)
      .map((result) => h("li", {}, hit(desk, result, (chat) => names.get(chat) ?? "")));
    const list = lists.querySelector(`[data-type="${type}"]`) ?? begun(lists, type, title);
    list.append(...rows);
    list.closest("section")?.toggleAttribute("hidden", list.childElementCount === 0);
  }

  element.addEventListener("keydown", (event) => {
    if (event.key === "Escape") box.focus();
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const rows = hitsIn(element);
    const at = rows.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    if (at < 0) return;
    event.preventDefault();
    const next = at + (event.key === "ArrowDown" ? 1 : -1);
    if (next < 0) box.focus();
    else rows[Math.min(next, rows.length - 1)].focus();
  });
  return {
    element,
    ask,
    answers: (/** @type {string} */ q) => asked.q === q && answer !== null,
    focus: () => hitsIn(element)[0]?.focus(),
  };
}

const DEGRADED = "Search is limited at the moment: typing mistakes and parts of words are not found.";

/** @param {HTMLElement} element @returns {HTMLElement[]} */
function hitsIn(element) {
  return [...element.querySelectorAll(".hit:enabled, a.hit")].map(
    (each) => /** @type {HTMLElement} */ (each),
  );
}

/** @param {Element} lists @param {string} type @param {string} title */
function begun(lists, type, title) {
  const list = h("ul", { "data-type": type, "aria-label": title });
  lists.append(h("section", {}, h("h3", {}, title), list));
  return list;
}

/** @param {number} total */
function countWords(total) {
  if (total === 0) return "Nothing was found.";
  if (total >= MOST_COUNTED) return `More than ${MOST_COUNTED.toLocaleString()} results`;
  return total === 1 ? "One result" : `${total.toLocaleString()} results`;
}

/**
 * Which kinds of results are wanted, and in which order.
 *
 * @param {() => void} changed
 */
function options(changed) {
  let kind = "";
  let newest = false;
  const pills = [["", "All"], ...KINDS.map(([, plural, title]) => [plural, title])].map(
    ([plural, title]) => {
      const set = () => change(() => (kind = plural));
      return h("button", { class: "pill", "data-kind": plural, onclick: set }, title);
    },
  );
  const sort = h(
    "button",
    { class: "pill", onclick: () => change(() => (newest = !newest)) },
    "Newest first",
  );
  /** @param {() => void} act */
  function change(act) {
    act();
    draw();
    changed();
  }
  function draw() {
    for (const pill of pills) pill.setAttribute("aria-pressed", String(pill.dataset.kind === kind));
    sort.setAttribute("aria-pressed", String(newest));
  }
  draw();
  const kinds = h("div", { class: "kinds", role: "group", "aria-label": "Kinds of results" }, ...pills);
  const now = () => ({
    in: kind || undefined,
    sort: newest ? /** @type {const} */ ("newest") : undefined,
    tz: Intl.DateTimeFormat().resolvedOptions().timeZone,
  });
  return { kinds, sort, now };
}
