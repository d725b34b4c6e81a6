import { openSteps } from "../entry/steps.js";
import { h, said } from "../ui/dom.js";
import { link } from "../ui/forms.js";
import { attempt, toast } from "../ui/overlays.js";
import { problemWords } from "../ui/words.js";

/**
 * @typedef {import("../../client/confab.js").Confab} Confab
 * @typedef {import("../../client/contacts.js").Contacts} Contacts
 * @typedef {import("../../client/types.js").Contact} Contact
 * @typedef {import("../../client/types.js").Invite} Invite
 */

/**
 * How somebody is to be invited.
 *
 * @param {Confab} confab
 * @param {Contacts} contacts
 * @param {Contact} contact
 * @param {string} name what they are called
 */
export function openInviting(confab, contacts, contact, name) {
  const { show, close } = openSteps(confab, `Invite ${name}`);
  const trouble = h("p", { class: "trouble", role: "alert" });
  const phone = contact.phones.find(({ e164 }) => e164)?.e164;
  const [email] = contact.emails;

  /** @param {Invite["channel"]} channel @param {string} [to] */
  async function send(channel, to) {
    trouble.textContent = "";
    try {
      const [{ invite, error }] = await contacts.calls.invite([contact.id], channel);
      if (error) trouble.textContent = REFUSED[error.code] ?? problemWords({ ...error });
      else if (channel === "link" && invite) show(linkStep(name, invite, close));
      else {
        close();
        toast(said`The invitation is on its way to ${to}.`);
      }
    } catch (error) {
      trouble.textContent = problemWords(error);
    }
  }

  /** @param {string} text @param {Invite["channel"]} channel @param {string} [to] */
  const way = (text, channel, to) =>
    h("button", { class: "quiet wide", onclick: () => send(channel, to) }, text);
  show(
    h(
      "div",
      { class: "step" },
      h("h2", {}, ...said`Invite ${name}`),
      phone && way(`By text message to ${phone}`, "sms", phone),
      email && way(`By e-mail to ${email}`, "email", email),
      way("With a link that I pass on", "link"),
      trouble,
      h("div", { class: "row" }, link("Cancel", close)),
    ),
  );
}

/** @type {Record<string, string>} */
const REFUSED = {
  forbidden: "This person is here already, or wants no invitations.",
  not_found: "This person is not in your contacts any more.",
  rate_limited: "You have sent 50 invitations within a day. Try again tomorrow.",
};

/** @param {string} name @param {Invite} invite @param {() => void} close */
function linkStep(name, invite, close) {
  return h(
    "div",
    { class: "step" },
    h("h2", {}, ...said`A link for ${name}`),
    shareable(invite),
    h("button", { class: "primary", onclick: close }, "Done"),
  );
}

/**
 * An invitation's link: to be scanned, copied or passed on.
 *
 * @param {Invite} invite
 */
export function shareable({ link: url }) {
  const text = h("input", { value: url, readonly: true, "aria-label": "Link of the invitation" });
  text.addEventListener("focus", () => text.select());
  const copy = async () => {
    text.select();
    await navigator.clipboard.writeText(url);
    toast("The link is copied.");
  };
  const copyButton = h("button", { class: "quiet", onclick: () => attempt(copy()) }, "Copy");
  const share = () => navigator.share({ url, title: "Confab" }).catch(() => {}); // called off
  const src = `${new URL(url).pathname}/qr.svg`;
  return h(
    "div",
    { class: "shareable" },
    h("img", { src, alt: "QR code of the link", width: 180, height: 180 }),
    h(
      "div",
      { class: "field row" },
      text,
      copyButton,
      "share" in navigator && h("button", { class: "quiet", onclick: share }, "Share"),
    ),
  );
}

/** How far an invitation is. @param {Invite} invite */
export function invitationWords({ state, channel, joined }) {
  if (state === "created") return channel === "link" ? "Not opened yet" : "About to be sent";
  if (joined && state !== "registered")
    return joined === 1 ? "One has joined" : `${joined} have joined`;
  return STATES[state];
}

/** @type {Record<Invite["state"], string>} */
const STATES = {
  created: "",
  sent: "Sent",
  opened: "Opened",
  registered: "Joined",
  expired: "Expired",
  revoked: "Taken back",
};
