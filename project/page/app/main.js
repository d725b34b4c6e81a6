import { Confab } from "../client/index.js";
import { shell } from "./shell.js";
import { welcome } from "./welcome.js";

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
  const page = shell(confab);
  root.replaceChildren(page.element);
  leave = page.leave;
}

confab.addEventListener("session", show);
show();
