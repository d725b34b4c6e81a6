import { h } from "./dom.js";

const PICTURE = /^data:image\/(?:png|jpeg|webp|gif);/;

/**
 * What a link leads to. The server has looked; this browser asks nobody.
 *
 * @param {import("../client/types.js").Preview} preview
 */
export function linkCard({ url, title, description, site, image }) {
  return h(
    "a",
    { class: "link-card", href: webAddress(url), target: "_blank", rel: "noopener noreferrer" },
    image && PICTURE.test(image) && h("img", { src: image, alt: "" }),
    h(
      "span",
      { class: "about" },
      h("small", {}, site || hostOf(url)),
      h("strong", {}, title),
      description && h("span", {}, description),
    ),
  );
}

/** @param {string} url an address of the web, or null for what is none: then it is no link */
function webAddress(url) {
  return /^https?:\/\//.test(url) ? url : null;
}

/** @param {string} url */
function hostOf(url) {
  try {
    return new URL(url).host;
  } catch {
    return "";
  }
}
