import { Confab } from "../client/index.js";
import { forgetInvitation, takeInvitation } from "./entry/invitation.js";
import { arrive, cameBack } from "./entry/providers.js";
import { welcome } from "./entry/welcome.js";
import { shell } from "./shell.js";
import { toast } from "./ui/overlays.js";

const back = cameBack();
const invited = takeInvitation();
const confab = new Confab(location.origin);
const root = /** @type {HTMLElement} */ (document.getElementById("app"));
/** @type {() => void} */
let leave = () => {};

function show() {
  leave();
  leave = () => {};
  document.title = "Confab";
  if (!confab.loggedIn) {
    root.replaceChildren(welcome(confab));
    return;
  }
  forgetInvitation();
  const page = shell(confab);
  root.replaceChildren(page.element);
  leave = page.leave;
}

confab.addEventListener("session", show);
show();
if (invited && confab.loggedIn) toast("You are here already: the invitation is for somebody new.");
if (back) {
  const waiting = await arrive(confab, back);
  if (waiting && !confab.loggedIn) root.replaceChildren(welcome(confab, waiting));
}
