const PATHS = {
  back: "M15 5l-7 7 7 7",
  check: "M5 12.500l4.5 4.500L19 7.5",
  checks: "M2.5 12.500l4.5 4.5 9.5-9.500M12 16.500l.5.5L22 7.5",
  clock: "M12 3.500a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 7.500V12l3 2",
  close: "M6 6l12 12M18 6L6 18",
  down: "M6 9.500l6 6 6-6",
  edit: "M4 20l1-4.500L16 4.500l3.5 3.500L8.5 19 4 20z",
  more: "M12 5.500v.01M12 12v.01M12 18.500v.01",
  muted: "M11 5L6.5 9H3v6h3.500L11 19V5zM15.5 9.500l5 5M20.5 9.500l-5 5",
  pin: "M9 4h6l-1 6 3.5 3.500h-11L10 10 9 4zM12 13.500V21",
  search: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.500L20.5 20.5",
  send: "M4 12l16-8-5.5 16-3-6.500L4 12z",
  warning: "M12 4l9 16H3L12 4zM12 10v4.500M12 17.500v.01",
  archive: "M4 5h16v4H4zM5.5 9v10h13V9M10 13h4",
};

const SVG = "http://www.w3.org/2000/svg";

/**
 * A line drawing of 24 × 24. It is decoration: whatever it says must also be said in words.
 *
 * @param {keyof typeof PATHS} name
 * @returns {SVGElement}
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("icon", `icon-${name}`);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}
