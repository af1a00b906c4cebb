// Owns making elements: text always becomes a text node. Refuses markup in strings.
const SVG = "http://www.w3.org/2000/svg";

export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const PATHS = {
  close: ["M6 6l12 12", "M18 6L6 18"],
  down: ["M6 9.5l6 6 6-6"],
  more: ["M12 5.5v.01M12 12v.01M12 18.5v.01"],
  send: ["M12 19V5", "M5.5 11.5L12 5l6.5 6.5"],
  person: ["M12 11.5a3.6 3.6 0 1 0 0-7.2 3.6 3.6 0 0 0 0 7.2z", "M4.8 19.7c.7-3.4 3.6-5.2 7.2-5.2s6.5 1.8 7.2 5.2"],
  spark: ["M12 4.5l1.7 4.8 4.8 1.7-4.8 1.7L12 17.5l-1.7-4.8L5.5 11l4.8-1.7z", "M18.5 16.5v4", "M16.5 18.5h4"],
  up: ["M7.5 10.5L11 4c1.4 0 2.3 1 2.1 2.4L12.6 9.5h5.2a1.9 1.9 0 0 1 1.9 2.3l-1.2 5.6a2 2 0 0 1-2 1.6h-9z", "M7.5 10.5H4.3V19h3.2"],
  book: ["M5 5.2A2.2 2.2 0 0 1 7.2 3H19v15H7.2A2.2 2.2 0 0 0 5 20.2z", "M5 20.2A1.8 1.8 0 0 0 6.8 21H19v-3"],
  clock: ["M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17z", "M12 7.5V12l3 2"],
  clip: ["M19 11.5l-7.3 7.3a4.6 4.6 0 0 1-6.5-6.5l7.6-7.6a3.1 3.1 0 0 1 4.4 4.4l-7.6 7.6a1.5 1.5 0 0 1-2.2-2.2l7-7"],
  check: ["M5 12.5l4.5 4.5L19 7.5"],
  leave: ["M13.5 4.5h6v6", "M19.5 4.5l-8.5 8.5", "M17.5 14.5v5h-13v-13h5"],
  retry: ["M19.5 12a7.5 7.5 0 1 1-2.3-5.4", "M19.5 4v4h-4"],
};

export function icon(name, turned = false) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", turned ? "i turned" : "i");
  for (const d of PATHS[name]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}
