// Owns turning typed blocks into elements. Refuses markup (every text is a text node) and links to other people's hosts.
import { el } from "./dom.js";

const NESTED = "• ";

/** Elements of a message's or article's blocks. `cite(number)` gives the chip that stands where a source supports the
    text; `paint(text)` may give nodes instead of plain text and is called in the order of the text; `heading` is the
    element that fits below the heading around the blocks. */
export function draw(blocks, { cite = () => null, paint = (text) => [text], heading = "h2" } = {}) {
  return (blocks || []).map((block) => one(block, block.cite ? cite(block.cite) : null, (text) => lines(text || "", paint), heading));
}

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
      return el("div", { class: "code" }, el("pre", { tabindex: "0" }, el("code", {}, ...text(block.text))), chip);
    default:
      return el("p", {}, ...text(block.text), chip);
  }
}

// Each line is painted by itself: indentation was taken out when the block was made.
function lines(text, paint) {
  return text.split("\n").flatMap((line, at) => (at ? ["\n", ...paint(line)] : paint(line)));
}

function list(block, chip, text) {
  const items = (block.items || []).map((item) => {
    const [said, ...nested] = item.split("\n" + NESTED);
    return el("li", {}, ...text(said), nested.length ? el("ul", {}, ...nested.map((each) => el("li", {}, ...text(each)))) : null);
  });
  if (chip && items.length) items[items.length - 1].append(chip);
  return el(block.type, { start: block.type === "ol" && block.start > 1 ? block.start : null }, ...items);
}

function table(rows, chip, text) {
  const [head = [], ...body] = rows;
  const grid = el("table", {},
    el("thead", {}, el("tr", {}, ...head.map((cell) => el("th", { scope: "col" }, ...text(cell))))),
    el("tbody", {}, ...body.map((row) => el("tr", {}, ...row.map((cell) => el("td", {}, ...text(cell)))))));
  return el("div", { class: "wide" }, el("div", { class: "scroller", tabindex: "0", role: "group" }, grid), chip);
}

const ADDRESS = /https?:\/\/[^\s<>"')\]]*[^\s<>"')\].,;:!?]/g;

/** What people write: plain text in which addresses on the allowed hosts can be followed. */
export function written(text, allowed) {
  const nodes = [];
  let from = 0;
  for (const found of text.matchAll(ADDRESS)) {
    const target = safeLink(found[0], allowed);
    if (!target) continue;
    nodes.push(text.slice(from, found.index), el("a", { href: target, target: "_blank", rel: "noopener noreferrer" }, found[0]));
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
