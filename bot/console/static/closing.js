// Owns resolving a ticket, returning it to the bot and taking a Resolve back. Refuses to judge: the service says what
// speaks against it, and only a second click means it.
import { dismiss, tell } from './alerts.js';
import * as composer from './composer.js';
import { once, post } from './desk_api.js';

const ticket = document.body.dataset.ticket;
const byId = (id) => document.getElementById(id);
const version = () => Number(byId('standing').dataset.version);
const CLOSING = {
  return: ['Return to the bot', 'The customer is told that the assistant goes on. The ticket is closed.', 'Returned to the bot.'],
  resolve: ['Resolve', 'The customer is told that the case is solved. Writing again opens a new one.', 'Resolved.'],
};
let verb = 'resolve';
let confirmed = false;

function ask(of) {
  verb = of;
  confirmed = false;
  const [title, what] = CLOSING[verb];
  byId('closing-title').textContent = title;
  byId('closing-what').textContent = what;
  byId('closing-do').textContent = title;
  for (const part of ['closing-why', 'closing-doubt']) byId(part).hidden = true;
  byId('closing-note').value = '';
  byId('closing-reason').value = '';
  byId('closing').showModal();
}

function doubted(text) {
  confirmed = true;
  byId('closing-doubt').textContent = text;
  byId('closing-doubt').hidden = false;
  byId('closing-do').textContent = 'Resolve all the same';
  byId('closing').showModal();
}

function askWhy(text) {
  byId('closing-promised').textContent = text;
  byId('closing-why').hidden = false;
  byId('closing').showModal();
  byId('closing-reason').focus();
}

const close = once(async () => {
  byId('closing').close();
  const words = { note: byId('closing-note').value, promises_reason: byId('closing-reason').value };
  try {
    await post(`/v1/tickets/${ticket}/${verb}`, { ...words, confirmed, version: version() });
    dismiss();
    tell(CLOSING[verb][2]);
  } catch (error) {
    if (error.code === 'confirm_first') doubted(error.message);
    else if (error.code === 'open_promises') askWhy(error.message);
    else composer.refused(error);
  }
});

const reopen = once(async () => {
  try {
    await post(`/v1/tickets/${ticket}/reopen`, { version: version() });
    dismiss();
    tell('Opened again.');
  } catch (error) {
    composer.refused(error);
  }
});

function clicked(event) {
  const id = event.target.closest('button')?.id;
  if (id in CLOSING) ask(id);
  else if (id === 'closing-do') close();
  else if (id === 'reopen') reopen();
}

export function start() {
  addEventListener('click', clicked);
}
