import { h } from "../ui/dom.js";

/**
 * @typedef {import("./preferences.js").Wanted} Wanted
 * @typedef {import("../../client/types.js").Wishes} Wishes
 */

/** @type {Record<string, string>} */
const NAMES = {
  "message.received": "Messages",
  "contact.joined": "Somebody I know is here",
  "invite.accepted": "Accepted invitations",
  "import.finished": "Imported contacts",
  "security.new_session": "New logins to my account",
  "security.identity_changed": "Changes of my account",
};
/** @type {[Wishes["email"], string][]} */
const EMAILS = [
  ["off", "No e-mail"],
  ["digest", "In the digest"],
  ["instant", "At once"],
];

/**
 * Each kind with its channels.
 *
 * @param {Wanted} wanted
 */
export function kindsChoice(wanted) {
  const names = Object.keys(wanted.now.kinds).sort((a, b) => place(a) - place(b));
  return h("div", { class: "kinds" }, ...names.map((kind) => kindChoice(wanted, kind)));
}

/** @param {Wanted} wanted @param {string} kind */
function kindChoice(wanted, kind) {
  const name = NAMES[kind] ?? kind;
  return h(
    "div",
    { class: "kind", role: "group", "aria-label": name },
    h("strong", { dir: "auto" }, name),
    h(
      "div",
      { class: "row" },
      box(wanted, kind, "in_app", "In the list"),
      box(wanted, kind, "push", "Push"),
      email(wanted, kind),
    ),
  );
}

/**
 * @param {Wanted} wanted
 * @param {string} kind
 * @param {"in_app" | "push"} channel
 * @param {string} label
 */
function box(wanted, kind, channel, label) {
  const fixed = channel === "in_app" && kind.startsWith("security.");
  const checked = wanted.now.kinds[kind][channel];
  const input = h("input", { type: "checkbox", checked, disabled: fixed });
  input.addEventListener("change", async () => {
    const taken = await change(wanted, kind, { [channel]: input.checked });
    if (!taken) input.checked = !input.checked;
  });
  return h("label", {}, input, label);
}

/** @param {Wanted} wanted @param {string} kind */
function email(wanted, kind) {
  const now = wanted.now.kinds[kind].email;
  const options = EMAILS.map(([value, label]) =>
    h("option", { value, selected: value === now }, label),
  );
  const select = h("select", { "aria-label": "E-mail" }, ...options);
  select.addEventListener("change", async () => {
    await change(wanted, kind, { email: /** @type {Wishes["email"]} */ (select.value) });
    select.value = wanted.now.kinds[kind].email;
  });
  return select;
}

/** @param {Wanted} wanted @param {string} kind @param {Partial<Wishes>} wishes */
function change(wanted, kind, wishes) {
  return wanted.save(({ kinds }) => ({
    kinds: { ...kinds, [kind]: { ...kinds[kind], ...wishes } },
  }));
}

/** The known ones in their order, then the application's own. @param {string} kind */
function place(kind) {
  const known = Object.keys(NAMES).indexOf(kind);
  return known < 0 ? Object.keys(NAMES).length : known;
}
