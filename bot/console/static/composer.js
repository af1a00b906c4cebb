// Owns writing a reply: draft, inserted suggestion, warnings, sending. Refuses to send internal text unconfirmed.
import { askedAgain, givenFacts } from './asked_again.js';
import { dismiss, tell, warn } from './alerts.js';
import { post } from './desk_api.js';
import { EMPTY, keep, load } from './drafts.js';

const ticket = document.body.dataset.ticket;
const form = document.getElementById('composer');
const reply = document.getElementById('reply');
const again = document.getElementById('asked-again');
const from = document.getElementById('from');
let draft = load(ticket);

const standing = () => document.getElementById('standing').dataset;
const isOpen = () => ['waiting', 'claimed'].includes(standing().status);

export function insert(text, offer = null) {
  const before = reply.value.trimEnd();
  reply.value = before ? `${before}\n\n${text}` : text;
  // The reply is measured against one suggestion; an internal one is never displaced, so that its release is on record.
  if (offer && !draft.internal) draft = { ...draft, suggestion: offer.id, internal: offer.internal, title: offer.title };
  changed();
  reply.focus();
  reply.setSelectionRange(reply.value.length, reply.value.length);
}

export function show() {
  form.hidden = !isOpen();
  warnings();
}

function changed() {
  draft.text = reply.value;
  if (!draft.text.trim()) draft = { ...EMPTY };
  keep(ticket, draft);
  warnings();
}

function warnings() {
  const asked = askedAgain(reply.value, givenFacts());
  const lines = asked.map((fact) => {
    const line = document.createElement('p');
    line.textContent = `The customer gave their ${fact.name} already: ${fact.value}`;
    return line;
  });
  if (lines.map((line) => line.textContent).join() !== [...again.children].map((line) => line.textContent).join()) {
    again.replaceChildren(...lines);
  }
  again.hidden = !lines.length;
  from.hidden = !draft.suggestion;
  from.classList.toggle('internal', draft.internal);
  from.textContent = draft.internal
    ? `Contains text of the internal article “${draft.title}”, released by you.`
    : `From the suggestion “${draft.title}”.`;
}

async function send() {
  if (!reply.value.trim()) return reply.focus();
  const button = form.querySelector('.send button');
  draft.client ||= crypto.getRandomValues(new Uint32Array(4)).join('-');
  keep(ticket, draft);
  const body = { text: reply.value, client_id: draft.client, release_internal: draft.internal };
  button.disabled = true;
  try {
    await post(`/v1/tickets/${ticket}/reply`, draft.suggestion ? { ...body, suggestion_id: draft.suggestion } : body);
    reply.value = '';
    changed();
    dismiss();
    tell('Reply sent.');
  } catch (error) {
    refused(error);
  } finally {
    button.disabled = false;
    reply.focus();
  }
}

export function refused(error) {
  if (error.status === 401) return warn('You are signed out. Your draft is kept; sign in again.', { canReload: true });
  if (error.status !== 409) return warn(error.message);
  const others = standing().mine !== 'yes' && isOpen();
  const text = `${error.message} Nothing was sent and your text is kept.`;
  return warn(text, { onTakeOver: others ? takeOver : null, canReload: true });
}

export async function takeOver() {
  try {
    await post(`/v1/tickets/${ticket}/claim`, { take_over: true });
    dismiss();
    tell('The ticket is yours now.');
  } catch (error) {
    refused(error);
  }
}

export function start() {
  reply.value = draft.text;
  reply.addEventListener('input', () => {
    draft.client = null;
    changed();
  });
  reply.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    send();
  });
  show();
}
