import { nameOf } from "../people/names.js";
import { h, said } from "../ui/dom.js";

/**
 * The invitation that brought somebody here. It stays with the tab until they have come in, also
 * over a visit to a provider.
 */
const KEY = "confab.invite";

/** Take the token out of the address. @returns {boolean} whether there was one */
export function takeInvitation() {
  const token = new URLSearchParams(location.search).get("invite");
  if (!token) return false;
  sessionStorage.setItem(KEY, token);
  history.replaceState(null, "", `/${location.hash}`);
  return true;
}

/** Somebody is in: the next account that is made here is not theirs. */
export function forgetInvitation() {
  sessionStorage.removeItem(KEY);
}

/** What goes with the making of an account. @returns {{invite?: string}} */
export function invited() {
  const token = sessionStorage.getItem(KEY);
  return token ? { invite: token } : {};
}

/**
 * Who invites, once it is known; null where nobody does.
 *
 * @param {import("../../client/confab.js").Confab} confab
 */
export function invitationNotice({ calls }) {
  const { invite } = invited();
  if (!invite) return null;
  const notice = h("p", { class: "notice", role: "status", hidden: true });
  const tell = (/** @type {(string | HTMLElement)[]} */ words) => {
    notice.replaceChildren(...words);
    notice.hidden = false;
  };
  const noLonger = () => {
    forgetInvitation();
    tell(["This invitation is no longer good. You are welcome all the same."]);
  };
  calls.invitation(invite).then(
    ({ inviter, state }) => {
      if (state === "expired" || state === "revoked" || state === "registered") noLonger();
      else tell(said`${nameOf(inviter)} invites you to Confab.`);
    },
    (error) => error.code === "not_found" && noLonger(), // else it may be good
  );
  return notice;
}
