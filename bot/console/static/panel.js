// Owns the panel in another help desk's page: what it is told, asked for, handed back. Refuses every window but the one around
// it, every origin that the operator did not name, and to hand out suggestions to a message that is not the last one any more.
import { dismiss, tell, warn } from './alerts.js';
import { ASKS, read, upToCustomer } from './contexts.js';
import { part, show } from './desk_api.js';
import * as offers from './offers.js';

const { origins, most, longest } = document.body.dataset;
const ALLOWED = new Set([location.origin, ...origins.split(' ').filter(Boolean)]);
const KEPT = 'answerdesk-panel';
const ASK_AGAIN_MS = 4_000;
const DRAFT_MS = 500; // who types is not asked about at each letter
const SETTLE_MS = 50; // who leafs through tickets has one of them looked at
const LONGEST_PASS = 4_096;
const WORDS = {
  alone: 'This page shows suggestions inside another help desk. Open it there.',
  looking: 'Looking for suggestions.',
  quiet: 'The customer has not written anything yet.',
  shown: '',
};

const byId = (id) => document.getElementById(id);
let host = null; // the origin that told of the conversation: it alone gets texts
let now = null; // what the suggestions on the page are about
let pass = '';
let refused = ''; // a pass that is not tried twice
let due = 0;
let draft = ''; // what the agent writes there
let drafting = 0;
let signing = null; // the window that signs in

const say = (words) => (byId('state').textContent = words);
const post = (message) => parent.postMessage(message, host);

// The browser tells some frames where they are; else only the right one of these messages arrives.
function ask() {
  const around = host || location.ancestorOrigins?.[0];
  const to = ALLOWED.has(around) ? [around] : [...ALLOWED];
  for (const origin of to) for (const question of ASKS) parent.postMessage(question, origin);
}

function keep(given) {
  pass = given;
  show(pass);
  try {
    sessionStorage.setItem(KEPT, pass); // this tab's, for the next time the frame is loaded
  } catch { /* a browser that keeps nothing for frames: once more with the next one */ }
}

function kept() {
  try {
    return sessionStorage.getItem(KEPT) || '';
  } catch {
    return '';
  }
}

function heard({ source, origin, data }) {
  const ofWindow = signing && source === signing && origin === location.origin;
  const ofHost = parent !== window && source === parent && ALLOWED.has(origin);
  if (!ofWindow && !ofHost) return;
  if (data?.type === 'answerdesk:pass') return passed(data.pass);
  if (!ofHost) return;
  const told = read(data);
  if (!told) return;
  host = origin;
  if (told.wrong) post({ type: 'answerdesk:error', detail: told.wrong });
  else if ('draft' in told) drafted(told);
  else turnTo(told);
}

function passed(given) {
  if (typeof given !== 'string' || !given || given.length > LONGEST_PASS || given === refused || given === pass) return;
  keep(given);
  if (now?.waits) load();
}

function turnTo({ about, said, inserts }) {
  const context = upToCustomer(said, { most: Number(most), longest: Number(longest) });
  const key = JSON.stringify([about, context]);
  document.body.dataset.inserts = inserts ? 'yes' : 'no';
  if (now?.key === key) return;
  now = { key, about, context, inserts };
  clear(context.length ? WORDS.looking : WORDS.quiet);
  clearTimeout(due);
  if (context.length) due = setTimeout(load, SETTLE_MS);
}

function drafted(told) {
  if (told.about !== now?.about || !now.context.length) return;
  draft = told.draft.slice(0, Number(longest)).toWellFormed();
  clearTimeout(drafting);
  drafting = setTimeout(lookForRepeats, DRAFT_MS);
}

async function lookForRepeats() {
  const [mine, asked] = [now, draft];
  const found = asked.trim() ? await part('POST', '/assist/repeats', { context: mine.context, draft: asked }).catch(() => '') : '';
  if (now === mine && draft === asked) byId('repeats').replaceChildren(...parsed(found));
}

const parsed = (html) => new DOMParser().parseFromString(html, 'text/html').body.childNodes;

/** What is on the page is about something else: nothing of it can be handed out any more. */
function clear(words) {
  byId('suggestions').replaceChildren();
  byId('repeats').replaceChildren();
  byId('similar').replaceChildren();
  byId('signing').hidden = true;
  byId('again').hidden = true;
  offers.forget();
  byId('source').close();
  dismiss();
  say(words);
}

async function load() {
  const mine = now;
  mine.waits = false;
  clear(WORDS.looking);
  try {
    const html = await part('POST', '/assist/suggestions', { context: mine.context });
    if (now !== mine) return;
    byId('suggestions').replaceChildren(...parsed(html));
    say(WORDS.shown);
    const found = byId('suggestions').querySelectorAll('.offer').length;
    tell(found ? `${found} suggested ${found > 1 ? 'replies' : 'reply'}.` : byId('suggestions').textContent);
    lookForSimilar(mine);
  } catch (error) {
    if (now === mine) failed(error);
  }
}

// What helps besides: where it does not come, the suggestions are there all the same.
async function lookForSimilar(mine) {
  const found = await part('POST', '/assist/similar', { context: mine.context }).catch(() => '');
  if (now === mine) byId('similar').replaceChildren(...parsed(found));
}

function failed(error) {
  const unknown = error.status === 401;
  if (unknown && pass) {
    refused = pass;
    keep('');
    return load(); // a frame of the same website has the console's session
  }
  now.waits = true;
  say(unknown ? '' : error.message);
  byId('signing').hidden = !unknown;
  byId('again').hidden = false;
  return unknown && post({ type: 'answerdesk:sign-in' });
}

async function openSource(url) {
  try {
    offers.showSource(await part('GET', url));
  } catch (error) {
    warn(error.message);
  }
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copiedAsBefore(text); // frames may not, unless the page around says `allow="clipboard-write"`
  }
}

function copiedAsBefore(text) {
  const field = document.createElement('textarea');
  field.value = text;
  field.className = 'unseen';
  document.body.append(field);
  field.select();
  const done = document.execCommand('copy');
  field.remove();
  return done;
}

async function copy(button, { text }) {
  const done = await copied(text);
  button.focus();
  if (done) mark(button, 'Copied');
  else warn('The browser does not let this page copy. Mark the text and copy it.');
}

function insert(button, { text, internal }) {
  post({ type: 'answerdesk:insert', conversation: now.about, text, internal });
  mark(button, 'Inserted');
}

function mark(button, word) {
  tell(`${word}.`);
  const before = button.dataset.does ||= button.textContent;
  button.textContent = word;
  setTimeout(() => (button.textContent = before), 2_000);
}

function clicked(event) {
  const node = event.target.closest('button');
  if (!node) return;
  if (node.dataset.source) openSource(node.dataset.source);
  else if ('close' in node.dataset) node.closest('dialog').close();
  else if (node.matches('.insert')) offers.release(offers.of(node), 'Insert', (offer) => insert(node, offer));
  else if (node.matches('.copy')) offers.release(offers.of(node), 'Copy', (offer) => copy(node, offer));
  else if (node.id === 'sign-in') signing = open('/assist/sign-in', 'answerdesk-sign-in', 'popup,width=480,height=620');
  else if (node.id === 'again') load();
}

addEventListener('click', clicked);
addEventListener('message', heard);
offers.start();
if (parent === window) say(WORDS.alone);
else {
  keep(kept());
  ask();
  // Chatwoot tells of new messages only when it is asked.
  setInterval(() => now && !now.inserts && !document.hidden && ask(), ASK_AGAIN_MS);
}
