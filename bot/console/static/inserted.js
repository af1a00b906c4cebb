// Owns which inserted texts still stand in a reply. Refuses to call a text gone while a few words of it are left.
const RUN = 4; // so many words in a row are the text's, not the writer's

const words = (text) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) || [];

export function stands(text, reply) {
  const [of, there] = [words(text), ` ${words(reply).join(' ')} `];
  const run = Math.min(RUN, of.length);
  return of.some((_, at) => at + run <= of.length && there.includes(` ${of.slice(at, at + run).join(' ')} `));
}
