// Owns putting a page together: live stream, clocks, signing out. Refuses what only one page does.
import { reconnected, warn } from './alerts.js';
import * as caseForm from './case.js';
import * as clocks from './clocks.js';
import { call } from './desk_api.js';
import * as deskMacros from './desk_macros.js';
import * as evaluation from './evaluation.js';
import * as gap from './gap.js';
import * as duty from './duty.js';
import { follow } from './live.js';
import * as queue from './queue.js';
import * as shortcuts from './shortcuts.js';
import * as notifications from './notifications.js';
import * as proposals from './proposals.js';
import * as recall from './recall.js';
import * as team from './team.js';
import * as ticket from './ticket.js';

const SETTLE_MS = 120;
const STATES = { connecting: 'Connecting', live: 'Live', lost: 'Connection lost, trying again' };
const live = document.getElementById('live');
const due = new Map();

// Several events of one commit become one request for each part.
function renew(...parts) {
  for (const part of parts) {
    clearTimeout(due.get(part));
    due.set(part, setTimeout(() => htmx.trigger(document.getElementById(part), 'renew'), SETTLE_MS));
  }
}

let lost = false;
function state(now) {
  live.dataset.state = now;
  live.textContent = STATES[now];
  if (now === 'live') reconnected();
  if (now === 'live' && lost) renew(...[...document.querySelectorAll('[data-hx-get]')].map((part) => part.id));
  lost = now === 'lost';
}

document.getElementById('sign-out').addEventListener('click', async () => {
  await call('DELETE', '/v1/session').catch(() => null);
  location.href = '/console';
});

// The browser cuts what is too long for a field and says nothing.
addEventListener('paste', ({ target, clipboardData }) => {
  if (!(target.maxLength > 0)) return;
  const room = target.maxLength - target.value.length + target.selectionEnd - target.selectionStart;
  if (clipboardData.getData('text').length > room) warn(`The pasted text was cut: at most ${target.maxLength} characters fit here.`);
});

const kind = document.body.className;
const pages = { queue, team, ticket };
clocks.start();
shortcuts.start();
duty.start();
notifications.start();
if (pages[kind]) {
  const onEvent = pages[kind].start(renew);
  follow(document.body.dataset.after, document.body.dataset.ticket, (what, data) => {
    onEvent(what, data);
    notifications.heard(what);
  }, state);
} else live.hidden = true;
if (kind === 'evaluation') evaluation.start();
if (kind === 'gap') gap.start(renew);
if (kind === 'desk-macros') deskMacros.start(renew);
if (kind === 'case') caseForm.start();
if (kind === 'proposals') proposals.start();
if (kind === 'recall') recall.start(renew);
addEventListener('htmx:after:swap', () => clocks.tick());
