// Owns the ticket page: what its buttons do. Refuses to render tickets: the server renews its parts.
import { dismiss, tell, warn } from './alerts.js';
import * as attach from './attach.js';
import * as allowances from './allowances.js';
import * as closing from './closing.js';
import * as complaint from './complaint.js';
import * as composer from './composer.js';
import { post } from './desk_api.js';
import * as work from './desk_work.js';
import * as merge from './merge.js';
import * as offers from './offers.js';
import { came } from './title.js';
import { did } from './version.js';
import * as writing from './writing.js';

const ticket = document.body.dataset.ticket;
const byId = (id) => document.getElementById(id);
const HUSH_MS = 1000;
const LED = ['explained', 'raised', 'joined']; // from then on the ticket is about something else, or known to be
let followed = true; // the end of the transcript is read, and stays in sight

async function act(verb, body) {
  try {
    did(await post(`/v1/tickets/${ticket}/${verb}`, body));
    dismiss();
    return true;
  } catch (error) {
    composer.refused(error);
    return false;
  }
}

// By button or by key alike: a colleague may be in the middle of a reply.
function askToTakeOver(from) {
  byId('taking-from').textContent = from;
  byId('taking').showModal();
}

function takeOver() {
  byId('taking').close();
  composer.takeOver();
}

async function openSource(url) {
  const answer = await fetch(url).catch(() => ({ status: 0 }));
  if (answer.status === 401) return composer.refused(answer);
  if (!answer.status || answer.status >= 500) return warn('The source could not be loaded. Please try again.');
  return offers.showSource(await answer.text());
}

// What is renewed from now on is all of it. The reader stays at the message they read, and is not read the rest.
function showAll() {
  const transcript = byId('transcript');
  const below = transcript.scrollHeight - transcript.scrollTop;
  transcript.dataset.hxGet = `/console/tickets/${ticket}/transcript?whole=true`;
  transcript.setAttribute('aria-live', 'off');
  transcript.focus();
  return new Promise((shown) => {
    transcript.addEventListener('htmx:after:swap', () => {
      transcript.scrollTop = transcript.scrollHeight - below;
      setTimeout(() => transcript.removeAttribute('aria-live'), HUSH_MS);
      shown();
    }, { once: true });
    htmx.trigger(transcript, 'renew');
  });
}

async function go(link) {
  followed = false;
  if (!byId(link.hash.slice(1)) && byId('earlier')) await showAll();
  const turn = byId(link.hash.slice(1));
  turn?.scrollIntoView({ block: 'center', behavior: 'smooth' });
  turn?.focus({ preventScroll: true });
}

function clicked(event) {
  const node = event.target.closest('button, a[href^="#turn-"]');
  if (!node) return;
  if (node.hash) {
    event.preventDefault();
    go(node);
  } else if (node.dataset.source) openSource(node.dataset.source);
  else if ('close' in node.dataset) node.closest('dialog').close();
  else if (node.matches('.insert')) offers.release(offers.of(node), 'Insert', (offer) => composer.insert(offer.text, offer));
  else if (node.matches('.reject')) post(`/v1/suggestions/${offers.of(node).id}/reject`).catch(composer.refused);
  else if (node.id === 'earlier') showAll();
  else if (node.id === 'use-draft') composer.insert(node.dataset.text);
  else if (node.id === 'claim') 'takeOver' in node.dataset ? askToTakeOver(node.dataset.takeOver) : act('claim', {});
  else if (node.id === 'taking-do') takeOver();
}

function pressed(event) {
  if (!event.altKey || event.code !== 'KeyC' || event.ctrlKey || event.metaKey || document.querySelector('dialog[open]')) return;
  byId('claim')?.click();
  event.preventDefault();
}

function atEnd(place) {
  return place.scrollHeight - place.scrollTop - place.clientHeight < 80;
}

function customerWrote() {
  tell('The customer wrote.');
  came();
  byId('newest').hidden = followed;
}

// Another ticket was laid before whoever reads this one, or one that was is gone.
function ofAnother(kind, data, renew) {
  const mine = kind === 'work' && data.work === 'offered' && data.detail === document.body.dataset.name;
  if (mine) came();
  const shown = [...document.querySelectorAll('[data-offered]')].some((one) => one.dataset.offered === (data.ticket_id ?? data.id));
  if (mine || shown) renew('offered');
}

export function start(renew) {
  const transcript = byId('transcript');
  const end = () => (transcript.scrollTop = transcript.scrollHeight);
  transcript.addEventListener('scroll', () => {
    followed = atEnd(transcript);
    if (followed) byId('newest').hidden = true;
  });
  byId('newest').addEventListener('click', () => {
    end();
    transcript.focus();
  });
  new MutationObserver(() => followed && end()).observe(transcript, { childList: true, subtree: true });
  // The composer grows while one writes: the last message stays in sight.
  new ResizeObserver(() => followed && end()).observe(transcript);
  end();
  addEventListener('click', clicked);
  addEventListener('keydown', pressed);
  offers.start();
  new MutationObserver(composer.show).observe(byId('head'), { childList: true, subtree: true, attributes: true });
  new MutationObserver(composer.show).observe(byId('packet'), { childList: true, subtree: true });
  composer.start();
  work.start();
  attach.start();
  writing.start();
  allowances.start();
  closing.start();
  complaint.start();
  merge.start();
  return (kind, data) => {
    if (data.conversation_id !== document.body.dataset.conversation) return ofAnother(kind, data, renew);
    if (kind === 'presence') return work.present(data);
    if (kind === 'typing') return writing.show(data);
    if (kind === 'read') return renew('transcript');
    if (kind === 'note') return renew('head', 'notes', 'history');
    if (kind === 'work' && ['reachable', 'proved_address', 'signed_in', 'draft_withdrawn'].includes(data.work)) return renew('head', 'history', 'packet', 'mail');
    if (kind === 'work' && data.work === 'joined') renew('transcript', 'notes', 'facts', 'packet', 'mail');
    if (kind === 'work' && LED.includes(data.work)) renew('similar');
    if (kind === 'work') return renew('head', 'history', 'promises', 'allowances', 'complaint');
    if (kind === 'mail') return renew('mail', 'transcript');
    if (kind === 'suggestion') return renew('suggestions');
    if (kind === 'message') {
      writing.clear();
      if (data.role === 'customer') customerWrote();
      return renew('head', 'transcript', 'suggestions', 'facts', 'packet');
    }
    renew('head', 'packet', 'suggestions', 'notes', 'history', 'allowances', 'complaint');
  };
}
