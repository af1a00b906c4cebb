// Owns marking a cited span inside an article's blocks. Refuses to guess: what is not found in the text is not marked.
import { el } from "./dom.js";

const FARTHEST = 600; // a block's text is found this near after the one before it, or not at all

/** The service counts Unicode characters; JavaScript counts UTF-16 units. */
export function unitsBefore(text, characters) {
  let units = 0;
  for (let seen = 0; seen < characters && units < text.length; seen++) units += text.codePointAt(units) > 0xffff ? 2 : 1;
  return units;
}

/** A painter for `draw`, called with the block's texts in the article's order: marks what lies in one of the `spans`,
    each {start, end}, in their order. */
export function marker(articleText, spans) {
  const cited = spans.map(({ start, end }) => [unitsBefore(articleText, start), unitsBefore(articleText, end)]);
  let cursor = 0;
  return (text) => {
    const at = articleText.indexOf(text, cursor);
    if (!text || at < 0 || at - cursor > FARTHEST) return [text];
    cursor = at + text.length;
    const nodes = [];
    let done = 0;
    for (const [from, to] of cited) {
      const first = Math.max(from - at, done);
      const last = Math.min(to - at, text.length);
      if (first >= last) continue;
      nodes.push(text.slice(done, first), el("mark", {}, text.slice(first, last)));
      done = last;
    }
    return [...nodes, text.slice(done)].filter((part) => part !== "");
  };
}
