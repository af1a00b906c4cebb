// Owns what suggested replies share wherever they stand: their data, since when they are shown, keys, sources, and the question
// before internal text is handed out. Refuses to hand out an internal one without the tick.
const byId = (id) => document.getElementById(id);
let waiting = null;
const shown = new Map(); // offer → when it was first on a page that somebody could see

export function of(node) {
  const { offer, title, text, internal } = node.closest('[data-offer]').dataset;
  return { id: offer, title, text, internal: internal === 'yes', shown: shown.get(offer) };
}

/** Hand the offer to `give`: at once, or when whoever `does` something with it says that the customer may read it. Its
 * `quotes` are shown, where the text alone does not tell what is internal in it. */
export function release(offer, does, give) {
  if (!offer.internal) return give(offer);
  waiting = () => give(offer);
  byId('release-article').textContent = offer.title;
  byId('release-words').replaceChildren(...(offer.quotes || []).map(quoted));
  byId('release-words').hidden = !offer.quotes;
  byId('release-do').textContent = `${does} internal text`;
  byId('release-sure').checked = false;
  byId('release-do').disabled = true;
  return byId('release').showModal();
}

function quoted(text) {
  const item = document.createElement('li');
  item.dir = 'auto';
  item.textContent = text;
  return item;
}

function released() {
  const give = byId('release-sure').checked && waiting;
  forget();
  if (give) give();
}

/** Whatever was asked about is offered no more. */
export function forget() {
  waiting = null;
  byId('release').close();
}

export function showSource(html) {
  const place = byId('source-body');
  const page = new DOMParser().parseFromString(html, 'text/html');
  place.replaceChildren(...(page.querySelector('main') || page.body).childNodes);
  byId('source').showModal();
  place.querySelector('.marked')?.scrollIntoView({ block: 'center' });
}

function pressed(event) {
  if (!event.altKey || event.ctrlKey || event.metaKey || document.querySelector('dialog[open]')) return;
  if (!/^Digit[1-3]$/.test(event.code)) return;
  document.querySelectorAll('.offer .insert')[event.code[5] - 1]?.click();
  event.preventDefault();
}

function seen() {
  if (document.hidden) return;
  for (const { dataset } of document.querySelectorAll('[data-offer]')) if (!shown.has(dataset.offer)) shown.set(dataset.offer, Date.now());
}

export function start() {
  seen();
  new MutationObserver(seen).observe(byId('suggestions'), { childList: true, subtree: true });
  addEventListener('visibilitychange', seen);
  addEventListener('keydown', pressed);
  byId('release-sure').addEventListener('change', (event) => (byId('release-do').disabled = !event.target.checked));
  byId('release-do').addEventListener('click', released);
}
