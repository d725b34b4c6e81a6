import { h } from "../ui/dom.js";

/**
 * @typedef {import("./preferences.js").Wanted} Wanted
 * @typedef {import("../../client/types.js").Preferences} Preferences
 */

/** @type {[Preferences["preview"], string][]} */
const PREVIEWS = [
  ["full", "Who and what"],
  ["sender", "Who alone"],
  ["none", "Nothing of it"],
];
const DIGESTS = [
  ["off", "No digest"],
  ["hour", "Every hour"],
  ["day", "Once a day"],
];
const NIGHT = { from: "22:00", to: "07:00" };
const MORNING = "08:00";

/** Where this browser is; a server takes IANA names only. */
function zone() {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}

/**
 * When nothing may make a noise.
 *
 * @param {Wanted} wanted
 */
export function quietHours(wanted) {
  const { quiet_hours: now } = wanted.now;
  const on = h("input", { type: "checkbox", role: "switch", checked: now !== null });
  const from = clock("From", now?.from ?? NIGHT.from);
  const to = clock("To", now?.to ?? NIGHT.to);
  const times = h("div", { class: "row", hidden: now === null }, from.element, to.element);
  const where = h("small", {}, `What is unread afterwards comes then. ${now?.time_zone ?? zone()}`);
  const save = async () => {
    const hours = { from: from.input.value, to: to.input.value, time_zone: zone() };
    await wanted.save(() => ({ quiet_hours: on.checked ? hours : null }));
    const { quiet_hours: kept } = wanted.now;
    on.checked = kept !== null;
    times.hidden = kept === null;
    if (kept) [from.input.value, to.input.value] = [kept.from, kept.to];
  };
  for (const input of [on, from.input, to.input]) input.addEventListener("change", save);
  const label = h("span", {}, "No pushes and e-mails at night", where);
  return [h("label", { class: "switch" }, label, on), times];
}

/** How much a push may tell. @param {Wanted} wanted */
export function preview(wanted) {
  const select = choice(PREVIEWS, wanted.now.preview);
  select.addEventListener("change", async () => {
    const value = /** @type {Preferences["preview"]} */ (select.value);
    await wanted.save(() => ({ preview: value }));
    select.value = wanted.now.preview;
  });
  return h("label", { class: "switch" }, h("span", {}, "What a push tells"), select);
}

/** What is still unread, by e-mail. @param {Wanted} wanted */
export function digest(wanted) {
  const { digest: now } = wanted.now;
  const select = choice(DIGESTS, now?.every ?? "off");
  const at = clock("At", now?.at ?? MORNING);
  at.element.hidden = now?.every !== "day";
  const save = async () => {
    const time_zone = zone();
    const daily = { every: /** @type {const} */ ("day"), at: at.input.value, time_zone };
    const hourly = { every: /** @type {const} */ ("hour"), time_zone };
    const given = { off: null, hour: hourly, day: daily }[select.value] ?? null;
    await wanted.save(() => ({ digest: given }));
    const { digest: kept } = wanted.now;
    select.value = kept?.every ?? "off";
    at.element.hidden = kept?.every !== "day";
    if (kept?.at) at.input.value = kept.at;
  };
  select.addEventListener("change", save);
  at.input.addEventListener("change", save);
  const about = h("span", {}, "Digest by e-mail", h("small", {}, "Only what is still unread."));
  return [h("label", { class: "switch" }, about, select), at.element];
}

/** @param {string[][]} options @param {string} now */
function choice(options, now) {
  const shown = options.map(([value, label]) =>
    h("option", { value, selected: value === now }, label),
  );
  return h("select", {}, ...shown);
}

/** @param {string} label @param {string} value `HH:MM` */
function clock(label, value) {
  const input = h("input", { type: "time", class: "clock", value, required: true });
  return { input, element: h("label", { class: "row" }, label, input) };
}
