// Owns writing a reply: draft, inserted suggestion, promises, warnings, sending it and its files. Refuses to send internal
// text, a question for what the customer gave already, a promise in free words, or a text for what they wrote before their
// last message, unconfirmed.
import { dismiss, tell, warn } from './alerts.js';
import * as again from './asked_again.js';
import * as attach from './attach.js';
import { once, post } from './desk_api.js';
import { EMPTY, follow, keep, load, since } from './drafts.js';
import { stands } from './inserted.js';
import * as offers from './offers.js';
import * as moved from './moved_on.js';
import * as writing from './writing.js';
import * as promising from './promises.js';
import { did } from './version.js';

const ticket = document.body.dataset.ticket;
const form = document.getElementById('composer');
const reply = document.getElementById('reply');
const from = document.getElementById('from');
const A_DAY_MS = 86_400_000;
let draft = load(ticket);
let meant = {}; // confirmed in one warning, when the next one comes
const warnings = [again, promising, moved];

const standing = () => document.getElementById('standing').dataset;
const isOpen = () => ['waiting', 'claimed'].includes(standing().status);

export function insert(text, offer = null) {
  if (!isOpen()) return warn('This ticket is closed: nothing was inserted.');
  const before = reply.value.trimEnd();
  if (offer) draft.inserted = [...draft.inserted.filter(({ id }) => id !== offer.id), { ...offer, inserted: Date.now() }];
  const above = before || (offer && standing().greeting);
  write(above ? `${above}\n\n${text}` : text);
  return reply.setSelectionRange(reply.value.length, reply.value.length);
}

function write(text) {
  reply.value = text;
  draft.client = null;
  changed();
  reply.focus();
}

export function show() {
  form.hidden = !isOpen();
  origin();
}

function changed() {
  draft.text = reply.value;
  if (!draft.text.trim()) draft = { ...EMPTY };
  keep(ticket, draft);
  for (const each of warnings) each.hide();
  origin();
}

/** The sentence stands in the reply once, at the place of the free words that it was made `instead` of, if any. */
export function promise({ kind, due_at, sentence }, instead = null) {
  draft.promises = [...draft.promises.filter((other) => other.sentence !== sentence), { kind, due_at, sentence }];
  const there = reply.value.includes(sentence);
  if (instead && reply.value.includes(instead)) write(reply.value.replace(instead, () => (there ? '' : sentence)));
  else if (there) write(reply.value);
  else insert(sentence);
}

// What was rewritten since it was inserted is no promise object any more: the service looks at its words.
const promises = () =>
  draft.promises.filter(({ sentence }) => reply.value.includes(sentence)).map(({ kind, due_at }) => ({ kind, due_at }));

// The reply is measured against one suggestion; every internal one that stands in it is named, and its release recorded.
function sources() {
  const internal = draft.inserted.filter((offer) => offer.internal && stands(offer.text, reply.value));
  const main = internal[0] || draft.inserted.findLast((offer) => !offer.internal);
  return { internal, main };
}

function origin() {
  const { internal, main } = sources();
  from.hidden = !main;
  from.classList.toggle('internal', internal.length > 0);
  const titles = internal.map(({ title }) => `“${title}”`).join(' and ');
  if (internal.length) from.textContent = `Contains text of the internal ${internal.length > 1 ? 'articles' : 'article'} ${titles}, released by you.`;
  else if (main) from.textContent = `From the suggestion “${main.title}”.`;
}

function asSent() {
  const { main } = sources();
  return { text: reply.value, promises: promises(), ...(main && { suggestion_id: main.id }) };
}

function asReleased() {
  const { internal } = sources();
  return { release_internal: internal.length > 0, also_from: internal.slice(1).map(({ id }) => id) };
}

// Of a draft that lay for long, or with a clock that was set meanwhile, nothing is told.
function ago(moment) {
  const milliseconds = Date.now() - moment;
  return milliseconds >= 0 && milliseconds <= A_DAY_MS ? milliseconds : undefined;
}

function asHandled() {
  const { main } = sources();
  return { suggestion_shown_ms: ago(main?.shown), suggestion_inserted_ms: ago(main?.inserted) };
}

function another() {
  draft = load(ticket);
  if (reply.value !== draft.text) reply.value = draft.text;
  for (const each of warnings) each.hide();
  origin();
}

// Then the writer answers what they have read, whatever was suggested.
const rewritten = () => {
  const { main } = sources();
  return !main || !stands(main.text, reply.value);
};

const send = once(async (confirmed = {}) => {
  if (!reply.value.trim() && !attach.any()) return reply.focus();
  const button = form.querySelector('.send button:not([type])');
  meant = { ...meant, ...confirmed };
  button.disabled = true;
  for (const each of warnings) each.hide();
  try {
    if (reply.value.trim()) await sendText();
    await attach.send();
    dismiss();
    tell('Reply sent.');
  } catch (error) {
    if (error.code === 'asks_again') await again.show(reply.value).catch(unsent);
    else if (error.code === 'promises_freely') await promising.show(asSent()).catch(unsent);
    else if (error.code === 'moved_on') moved.show(error.message);
    else if (error.code === 'contains_internal') await release(error).catch(unsent);
    else unsent(error);
  } finally {
    button.disabled = false;
    reply.focus();
  }
  return undefined;
});

// However they came into the text: pasted from a source, typed, or with a ready-made text.
async function release(error) {
  const { internal } = await post(`/v1/tickets/${ticket}/reply/check`, { text: reply.value });
  if (!internal.length) return unsent(error);
  const [title, quotes] = [internal.map((words) => words.title).join('”, “'), internal.map((words) => words.quote)];
  const release_articles = internal.map((words) => words.article_id);
  return offers.release({ internal: true, title, quotes }, 'Send', () => send({ release_articles }));
}

async function sendText() {
  draft.client ||= crypto.getRandomValues(new Uint32Array(4)).join('-');
  keep(ticket, draft);
  const sent = reply.value;
  const asks = { confirmed: false, promises_confirmed: false, moved_on_confirmed: rewritten(), ...meant };
  const told = { ...asSent(), ...asReleased(), ...asHandled(), ...asks, client_id: draft.client };
  did(await post(`/v1/tickets/${ticket}/reply`, told));
  reply.value = since(sent, reply.value);
  draft = { ...EMPTY };
  writing.sent();
  changed();
}

const unsent = (error) => refused(error, 'Nothing was sent and your text is kept.');

/** Whatever is refused, a text that was typed stays; where none was, nothing is said of it. */
export function refused(error, kept = 'Your text is kept.') {
  if (error.status === 401) return warn('You are signed out. Your draft is kept; sign in again.', { canReload: true });
  if (error.status !== 409) return warn(error.message);
  const others = standing().mine !== 'yes' && isOpen();
  const text = `${error.message}${reply.value.trim() ? ` ${kept}` : ''}`;
  return warn(text, { onTakeOver: others ? takeOver : null, canReload: true });
}

export async function takeOver() {
  try {
    did(await post(`/v1/tickets/${ticket}/claim`, { take_over: true }));
    dismiss();
    tell('The ticket is yours now.');
  } catch (error) {
    refused(error);
  }
}

export function start() {
  reply.value = draft.text;
  follow(ticket, 'reply', another);
  const change = () => reply.focus();
  again.start({ sendAnyway: () => send({ confirmed: true }), change });
  promising.start({ sendAnyway: () => send({ promises_confirmed: true }), change, insert: promise });
  moved.start({ sendAnyway: () => send({ moved_on_confirmed: true }), change });
  reply.addEventListener('input', () => {
    draft.client = null;
    changed();
    if (reply.value.trim()) writing.typed();
  });
  reply.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    meant = {};
    send();
  });
  show();
}
