const PATHS = {
  again: "M19.500 12a7.500 7.500 0 1 1-2.200-5.300L20 9.400M20 4.500v5h-5",
  attach:
    "M19.500 11.500l-7.700 7.700a5 5 0 0 1-7-7l8-8a3.400 3.400 0 0 1 4.700 4.700l-7.800 7.800a1.700 1.700 0 0 1-2.400-2.400l7-7",
  back: "M15 5l-7 7 7 7",
  check: "M5 12.500l4.5 4.500L19 7.5",
  checks: "M2.5 12.500l4.5 4.5 9.5-9.500M12 16.500l.5.5L22 7.5",
  clock: "M12 3.500a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 7.500V12l3 2",
  close: "M6 6l12 12M18 6L6 18",
  download: "M12 4v11M7 10.500l5 5 5-5M5 20h14",
  down: "M6 9.500l6 6 6-6",
  bell: "M6 16.500V11a6 6 0 0 1 12 0v5.500l1.500 1.500h-15L6 16.500zM10 20.500c.8 1 3.200 1 4 0",
  bolt: "M13 3L5 13.500h6L10 21l9-11h-6.500L13 3z",
  camera:
    "M4 8h3.500L9 5.500h6L16.5 8H20v11H4zM12 10a3.2 3.2 0 1 0 0 6.4 3.200 3.200 0 0 0 0-6.400z",
  edit: "M4 20l1-4.500L16 4.500l3.5 3.500L8.5 19 4 20z",
  forward: "M14 6l6 6-6 6M20 12H9a5 5 0 0 0-5 5v1.500",
  lock: "M6 11h12v9H6zM8.500 11V8a3.5 3.500 0 0 1 7 0v3",
  more: "M12 5.500v.01M12 12v.01M12 18.500v.01",
  muted: "M11 5L6.5 9H3v6h3.500L11 19V5zM15.5 9.500l5 5M20.5 9.500l-5 5",
  next: "M9 5l7 7-7 7",
  people:
    "M9 5a3.500 3.500 0 1 0 0 7 3.500 3.500 0 0 0 0-7zM2.500 19.500c.5-4 3-5.500 6.500-5.500s6 1.500 6.500 5.500M15.500 5.300a3.500 3.500 0 0 1 0 6.400M18 14.500c2 .8 3.200 2.500 3.500 5",
  photo: "M4 5h16v14H4zM4 16l4.500-4.500 4 4 2.500-2.500L20 18M15.500 9v.01",
  pin: "M9 4h6l-1 6 3.5 3.500h-11L10 10 9 4zM12 13.500V21",
  plus: "M12 5v14M5 12h14",
  reply: "M10 6l-6 6 6 6M4 12h11a5 5 0 0 1 5 5v1.500",
  search: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.500L20.5 20.5",
  send: "M4 12l16-8-5.5 16-3-6.500L4 12z",
  sliders: "M4 7h9M17 7h3M4 17h3M11 17h9M15 5v4M9 15v4",
  smile:
    "M12 3.500a8.5 8.500 0 1 0 0 17 8.500 8.500 0 0 0 0-17zM8.500 14.500c1.500 2.300 5.500 2.300 7 0M9 9.500v.01M15 9.500v.01",
  tag: "M4 4h8l8 8-8 8-8-8zM8 8v.01",
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
