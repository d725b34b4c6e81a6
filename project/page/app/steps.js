import { h } from "./dom.js";
import { field } from "./forms.js";
import { homeRegion, regions } from "./regions.js";

/**
 * A dialog that leads through one form after another. It closes by itself when the session ends.
 *
 * @param {import("../client/confab.js").Confab} confab
 * @param {string} label what it is about
 */
export function openSteps(confab, label) {
  const closed = new AbortController();
  const dialog = h("dialog", { class: "steps", "aria-label": label });
  const close = () => dialog.close();
  dialog.addEventListener("close", () => {
    closed.abort();
    dialog.remove();
  });
  confab.addEventListener("session", close, { signal: closed.signal });
  document.body.append(dialog);
  dialog.showModal();
  return { show: shower(dialog), close, closed: closed.signal };
}

/**
 * What puts a step into `place`, between what else stands there, ready to be filled in.
 *
 * @param {HTMLElement} place
 */
export function shower(place) {
  return (
    /** @type {HTMLElement} */ step,
    /** @type {{above?: HTMLElement | null, below?: HTMLElement}} */ { above, below } = {},
  ) => {
    place.replaceChildren(...[above, step, below].filter((part) => part instanceof HTMLElement));
    /** @type {HTMLElement | null} */ (step.querySelector("input, .primary"))?.focus();
  };
}

export function emailField(label = "E-mail address") {
  return field("email", label, { type: "email", autocomplete: "username", maxlength: 254 });
}

/** @param {"current-password" | "new-password"} kind tells password managers what to fill in */
export function passwordField(kind, label = "Password", name = "password") {
  const minlength = kind === "new-password" ? 8 : 1;
  return field(name, label, { type: "password", autocomplete: kind, minlength });
}

/** A phone number, with the country it is of unless it begins with +. */
export function phoneFields() {
  const home = homeRegion();
  const options = regions().map(({ code, label }) =>
    h("option", { value: code, selected: code === home }, label),
  );
  const country = h("select", { name: "region", autocomplete: "country" }, ...options);
  return h(
    "div",
    { class: "phone" },
    h("label", { class: "field" }, h("span", {}, "Country"), country),
    field("phone", "Phone number", { type: "tel", autocomplete: "tel", maxlength: 40 }),
  );
}
