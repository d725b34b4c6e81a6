import { h } from "../ui/dom.js";
import { attempt } from "../ui/overlays.js";

/** @type {WeakMap<Element, () => void>} */
const waiting = new WeakMap();
/** Links live for minutes, so they are asked for when an image comes into view. */
const nearby = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) if (isIntersecting) begin(target);
}, /** @type {IntersectionObserverInit} */ ({ scrollMargin: "800px" }));

/**
 * An image of the server's: its link is fetched, and once more when it does not work. It has the
 * class `shown` as soon as there is something to see, `broken` while there is not.
 *
 * @param {import("../../client/confab.js").Confab} confab
 * @param {string} file its id
 * @param {"thumbnail" | undefined} variant
 * @param {string} alt
 */
export function remoteImage(confab, file, variant, alt) {
  const image = h("img", { class: "remote", alt, draggable: "false" });
  let tries = 0;
  const load = async () => {
    tries += 1;
    try {
      image.src = (await confab.files?.links.get(file, variant)) ?? "";
    } catch {
      failed();
    }
  };
  const failed = () => {
    confab.files?.links.drop(file, variant);
    if (tries === 1) return load();
    image.classList.add("broken");
    whenOnline(confab, image, load);
  };
  image.addEventListener("load", () => {
    image.classList.remove("broken");
    image.classList.add("shown");
  });
  image.addEventListener("error", failed);
  const known = confab.files?.links.peek(file, variant);
  if (known === undefined) whenNear(image, load);
  else image.src = known;
  if (image.complete && image.naturalWidth) image.classList.add("shown", "at-once");
  return image;
}

/**
 * Once more when the connection has come back, unless the image is gone by then.
 *
 * @param {import("../../client/confab.js").Confab} confab
 * @param {Element} element
 * @param {() => void} act
 */
function whenOnline(confab, element, act) {
  const over = new AbortController();
  const heard = () => {
    if (element.isConnected && confab.state !== "online") return;
    over.abort();
    if (element.isConnected) act();
  };
  confab.addEventListener("state", heard, { signal: over.signal });
}

/** @param {Element} element @param {() => void} act once, when it comes into view */
function whenNear(element, act) {
  waiting.set(element, act);
  nearby.observe(element);
}

/** @param {Element} element */
function begin(element) {
  nearby.unobserve(element);
  waiting.get(element)?.();
  waiting.delete(element);
}

/**
 * Save a file's content. Whether it could begin; if not, the person has been told.
 *
 * @param {import("../shell.js").Desk} desk
 * @param {{id: string, name: string}} file
 */
export function download({ confab }, { id, name }) {
  const begun = confab.files?.links.get(id).then((url) => {
    // The server sends it as an attachment, so the page stays where it is.
    h("a", { href: url, download: name }).click();
  });
  return attempt(Promise.resolve(begun));
}
