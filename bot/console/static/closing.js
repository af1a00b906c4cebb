// Owns resolving a ticket, returning it to the bot and taking that back. Refuses to judge: the service says what
// speaks against it, and only a second click means it.
import { dismiss, tell } from './alerts.js';
import * as composer from './composer.js';
import { open, refused } from './dialog.js';
import { once, post } from './desk_api.js';
import { did, version } from './version.js';

const ticket = document.body.dataset.ticket;
const byId = (id) => document.getElementById(id);
const CLOSING = {
  return: ['Return to the bot', 'The customer is told that the assistant goes on. The ticket is closed.', 'Returned to the bot.'],
  resolve: ['Resolve', 'The customer is told that the case is solved. Writing again opens a new one.', 'Resolved.'],
};
let verb = 'resolve';

function ask(of) {
  verb = of;
  const [title, what] = CLOSING[verb];
  byId('closing-title').textContent = title;
  byId('closing-what').textContent = what;
  byId('closing-do').textContent = title;
  byId('closing-anyway').textContent = `${title} all the same`;
  byId('closing-why').hidden = true;
  byId('closing-note').value = '';
  byId('closing-reason').value = '';
  open(byId('closing'));
}

function askWhy(text) {
  byId('closing-promised').textContent = text;
  byId('closing-why').hidden = false;
  byId('closing-reason').focus();
}

const close = once(async (confirmed) => {
  const words = { note: byId('closing-note').value, promises_reason: byId('closing-reason').value };
  try {
    did(await post(`/v1/tickets/${ticket}/${verb}`, { ...words, confirmed, version: version() }));
    byId('closing').close();
    dismiss();
    tell(CLOSING[verb][2]);
  } catch (error) {
    if (error.code === 'open_promises') askWhy(error.message);
    else if (!refused(byId('closing'), error, () => close(true))) composer.refused(error);
  }
});

const reopen = once(async () => {
  try {
    did(await post(`/v1/tickets/${ticket}/reopen`, { version: version() }));
    dismiss();
    tell('Opened again.');
  } catch (error) {
    composer.refused(error);
  }
});

function clicked(event) {
  const id = event.target.closest('button')?.id;
  if (id in CLOSING) ask(id);
  else if (id === 'closing-do') close(false);
  else if (id === 'reopen') reopen();
}

export function start() {
  addEventListener('click', clicked);
}
