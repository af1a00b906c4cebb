// Owns turning typed blocks into elements. Refuses markup (every text is a text node) and links to other people's hosts.
import { el } from "./dom.js";

const NESTED = "• ";

// Where the chip of a source stands among the blocks that it supports: at the end of words, else in the head of a table.
const FITS = { h: 0, pre: 1, table: 2 };
const fit = (block) => FITS[block.type] ?? 3;

/** Elements of a message's or article's blocks. `cite(number)` gives the one chip of a source, which stands where that
    supports the text last; `paint(text)` may give nodes instead of plain text and is called in the order of the text; `heading` is the
    element that fits below the heading around the blocks. */
export function draw(blocks, { cite = () => null, paint = (text) => [text], heading = "h2" } = {}) {
  const places = new Map();
  for (const block of blocks || []) {
    const before = places.get(block.cite);
    if (block.cite && fit(block) && fit(block) >= (before ? fit(before) : 0)) places.set(block.cite, block);
  }
  return (blocks || []).map((block) =>
    one(block, places.get(block.cite) === block ? beside(cite(block.cite)) : [], (text) => led(text || "", block.leads || [], (part) => lines(part, paint)), heading));
}

/** Never alone on a line of its own. */
const beside = (chip) => (chip ? ["\u00a0", chip] : []);

function one(block, chip, text, heading) {
  switch (block.type) {
    case "h":
      return el(heading, {}, ...text(block.text));
    case "ul":
    case "ol":
      return list(block, chip, text);
    case "table":
      return table(block.rows || [], chip, text);
    case "pre":
      return el("div", { class: "code" }, el("pre", { tabindex: "0" }, el("code", {}, ...text(block.text))), ...chip);
    default:
      return el("p", {}, ...text(block.text), ...chip);
  }
}

// Each line is painted by itself: indentation was taken out when the block was made.
function lines(text, paint) {
  return text.split("\n").flatMap((line, at) => (at ? ["\n", ...paint(line)] : paint(line)));
}

/** Words that an author of the operator's has lead elsewhere; the service names each once. */
function led(text, leads, paint) {
  for (const { words, address } of leads) {
    const at = text.indexOf(words);
    const target = at < 0 ? null : address.startsWith("mailto:") ? address : safeLink(address, null);
    if (target) return [...led(text.slice(0, at), leads, paint), away(target, paint(words)), ...led(text.slice(at + words.length), leads, paint)];
  }
  return text ? paint(text) : [];
}

const away = (href, words) => el("a", { href, target: "_blank", rel: "noopener noreferrer" }, ...words);

function list(block, chip, text) {
  const items = (block.items || []).map((item) => {
    const [said, ...nested] = item.split("\n" + NESTED);
    return el("li", {}, ...text(said), nested.length ? el("ul", {}, ...nested.map((each) => el("li", {}, ...text(each)))) : null);
  });
  items.at(-1)?.append(...chip);
  return el(block.type, { start: block.type === "ol" && block.start > 1 ? block.start : null }, ...items);
}

function table(rows, chip, text) {
  const [head = [], ...body] = rows;
  const grid = el("table", {},
    el("thead", {}, el("tr", {}, ...head.map((cell, at) => el("th", { scope: "col" }, ...text(cell), ...(at ? [] : chip))))),
    el("tbody", {}, ...body.map((row) => el("tr", {}, ...row.map((cell) => el("td", {}, ...text(cell)))))));
  return el("div", { class: "scroller", tabindex: "0", role: "group", "aria-label": head.filter(Boolean).join(", ") }, grid);
}

const ADDRESS = /https?:\/\/[^\s<>"')\]]*[^\s<>"')\].,;:!?]/g;

/** What people write: plain text in which addresses on the allowed hosts can be followed. */
export function written(text, allowed) {
  const nodes = [];
  let from = 0;
  for (const found of text.matchAll(ADDRESS)) {
    const target = safeLink(found[0], allowed);
    if (!target) continue;
    nodes.push(text.slice(from, found.index), away(target, [found[0]]));
    from = found.index + found[0].length;
  }
  nodes.push(text.slice(from));
  return nodes.filter((node) => node !== "");
}

/** The address when it is https and on one of the hosts (or below it; null: any), or on this very origin; else null. */
export function safeLink(text, allowed) {
  let address;
  try { address = new URL(text, location.origin); } catch { return null; }
  if (address.username || address.password) return null;
  if (address.origin === location.origin) return address.href;
  const known = allowed === null || allowed.some((host) => address.hostname === host || address.hostname.endsWith("." + host));
  return address.protocol === "https:" && known ? address.href : null;
}
