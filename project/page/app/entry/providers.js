import { newClientId } from "../../client/ids.js";
import { proving } from "../account/proving.js";
import { attempt, toast } from "../ui/overlays.js";
import { inWords, problemWords } from "../ui/words.js";
import { invited } from "./invitation.js";

/**
 * Going to Google or Facebook to prove who one is, and coming back with the proof in the address.
 *
 * @typedef {"google" | "facebook"} Provider
 * @typedef {import("../../client/confab.js").Confab} Confab
 * @typedef {import("../../client/types.js").Proof} Proof
 * @typedef {{provider: Provider, state: string, nonce: string, user?: string}} Journey with `user`
 *   it is to add a way in to that one's account
 */

const KEY = "confab.journey";

export const PROVIDER_NAMES = { google: "Google", facebook: "Facebook" };

/** @type {Record<Provider, {url: string, ask: Record<string, string>}>} */
const PLACES = {
  google: {
    url: "https://accounts.google.com/o/oauth2/v2/auth",
    ask: { response_type: "id_token", scope: "openid email profile", prompt: "select_account" },
  },
  facebook: {
    url: "https://www.facebook.com/v23.0/dialog/oauth",
    ask: { response_type: "token", scope: "public_profile,email" },
  },
};

/**
 * Leave the page for the provider's, which sends the person back.
 *
 * @param {Provider} provider
 * @param {string} id what the provider knows this server by
 * @param {string} [user] to add it to this one's account, rather than to log in
 */
export function goTo(provider, id, user) {
  const state = newClientId();
  const nonce = newClientId();
  sessionStorage.setItem(KEY, JSON.stringify({ provider, state, nonce, user }));
  const { url, ask } = PLACES[provider];
  const redirect_uri = `${location.origin}/`;
  const query = new URLSearchParams({ ...ask, client_id: id, redirect_uri, state });
  if (provider === "google") query.set("nonce", nonce);
  location.assign(`${url}?${query}`);
}

/**
 * What the person came back with, if they did, taken out of the address. An answer that this tab
 * did not ask for is none: somebody else's proof must not log anybody in here.
 *
 * @returns {{journey: Journey, proof: Proof | null} | null} without a proof when it was refused
 */
export function cameBack() {
  const given = new URLSearchParams(location.hash.slice(1) || location.search);
  const kept = sessionStorage.getItem(KEY);
  if (!given.has("state")) return null;
  sessionStorage.removeItem(KEY);
  history.replaceState(null, "", "/");
  /** @type {Journey | null} */
  const journey = kept && JSON.parse(kept);
  if (journey?.state !== given.get("state")) return null;
  return { journey, proof: proofIn(given, journey.nonce) };
}

/** @param {URLSearchParams} given @param {string} nonce @returns {Proof | null} */
function proofIn(given, nonce) {
  const id_token = given.get("id_token");
  const access_token = given.get("access_token");
  if (id_token) return { id_token, nonce };
  return access_token ? { access_token } : null;
}

/**
 * Do what the person went for.
 *
 * @param {Confab} confab
 * @param {{journey: Journey, proof: Proof | null}} back
 * @returns {Promise<{provider: Provider, ticket: string} | null>} what is to be linked once they
 *   have logged in by other means, if it is
 */
export async function arrive(confab, { journey: { provider, user }, proof }) {
  const name = PROVIDER_NAMES[provider];
  if (!proof) toast(`${name} did not let you in.`);
  else if (user) await link(confab, provider, { provider, user, ...proof });
  else
    try {
      confab.enter(await confab.calls.enterBy(provider, { ...proof, ...invited() }));
    } catch (error) {
      const { ticket } = /** @type {any} */ (error).body ?? {};
      if (ticket) return { provider, ticket };
      toast(problemWords(error));
    }
  return null;
}

/**
 * @param {Confab} confab
 * @param {Provider} provider
 * @param {Parameters<Confab["account"]["link"]>[0]} identity
 */
export async function link(confab, provider, identity) {
  const name = PROVIDER_NAMES[provider];
  const other = `Your ${name} account was not linked: somebody else is logged in here now.`;
  const code = "ticket" in identity ? "bad_credentials" : "forbidden";
  const words = { [code]: other };
  const linking = proving(confab, () => confab.account.link(identity).catch(unlessProof(words)));
  if (await attempt(linking)) toast(`You can now log in with ${name}.`);
}

/** @param {Record<string, string>} words @returns {(error: any) => never} */
function unlessProof(words) {
  return (error) => {
    if (error.body?.reason === "reauthenticate") throw error;
    return inWords(words)(error);
  };
}
