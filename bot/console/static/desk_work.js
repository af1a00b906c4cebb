// Owns notes, tags, transfer, handing over, snooze and macros on the ticket page. Refuses to decide: the service does.
import { dismiss, tell, warn } from './alerts.js';
import * as composer from './composer.js';
import { call, once, post } from './desk_api.js';
import { clear, open, refused } from './dialog.js';
import { follow, keepNote, loadNote, since } from './drafts.js';
import { TIMES } from './snooze_times.js';
import { did, version } from './version.js';

const ticket = document.body.dataset.ticket;
const byId = (id) => document.getElementById(id);

// The version is sent with every change but a note: whoever changes what a colleague changed meanwhile is told.
async function change(what, body, done) {
  const dialog = document.querySelector('dialog[open]');
  try {
    const answer = did(await post(`/v1/tickets/${ticket}/${what}`, body));
    dialog?.close();
    dismiss();
    tell(done(answer));
    return true;
  } catch (error) {
    const anyway = () => inDialog(what, { ...body, confirmed: true }, done);
    if (!refused(dialog, error, anyway)) composer.refused(error);
    return false;
  }
}

const inDialog = once(change);

// Whoever is called and not found is told here: a colleague who never hears of it is waited for in vain.
function noted({ mentioned, not_found: lost }) {
  const missing = lost.map(({ name, like }) => `“@${name}” calls nobody. ${like.length ? `Did you mean ${like.join(' or ')}?` : ''}`);
  if (missing.length) warn(`Note added, but ${missing.join(' ')}`.trim());
  return mentioned.length ? `Note added. ${mentioned.join(', ')} will find it.` : 'Note added.';
}

const addNote = once(async () => {
  const text = byId('note').value;
  if (!text.trim()) return byId('note').focus();
  if (await change('notes', { text }, noted)) {
    byId('note').value = since(text, byId('note').value);
    keepNote(ticket, byId('note').value);
  }
  return undefined;
});

function showNote() {
  byId('note').value = loadNote(ticket);
}

// With the arrow keys a closed list passes every text on the way to the wanted one: Enter says which it is.
function macros(list) {
  let passing = false;
  const insert = () => {
    if (list.value) composer.insert(list.value);
    list.value = '';
  };
  list.addEventListener('keydown', (event) => {
    passing = !event.altKey && event.key !== ' ';
    if (event.key !== 'Enter') return;
    event.preventDefault(); // it would send the reply
    insert();
  });
  list.addEventListener('pointerdown', () => (passing = false));
  list.addEventListener('change', () => passing || insert());
  list.addEventListener('blur', () => (list.value = ''));
}

function snooze(until) {
  if (!until || Number.isNaN(until.getTime())) return byId('snooze-until').reportValidity();
  return inDialog('snooze', { until: until.toISOString(), confirmed: false, version: version() }, () => 'Snoozed.');
}

const handedOver = () => `Handed over to ${byId('assign-to').selectedOptions[0].textContent}.`;

async function tickOff() {
  try {
    await call('DELETE', `/v1/tickets/${ticket}/mention`);
    byId('note').focus();
    htmx.trigger(byId('notes'), 'renew');
    tell('Off your mentions.');
  } catch (error) {
    composer.refused(error);
  }
}

const DOES = {
  'tick-off': tickOff,
  tag: () => open(byId('tagging')),
  transfer: () => open(byId('transferring')),
  snooze: () => open(byId('snoozing')),
  wake: () => change('snooze', { until: null, version: version() }, () => 'Back in the queue.'),
  'transfer-do': () => inDialog('transfer', { team: byId('transfer-team').value, version: version() }, () => 'Transferred.'),
  unassign: () => open(byId('unassigning')),
  'unassign-do': () => inDialog('unassign', { version: version() }, () => 'Given back to the queue.'),
  assign: () => open(byId('assigning')),
  'assign-do': () => inDialog('assign', { account_id: byId('assign-to').value, version: version() }, handedOver),
  'snooze-do': () => snooze(new Date(byId('snooze-until').value)),
};

function clicked(event) {
  const node = event.target.closest('button');
  if (!node) return;
  if (DOES[node.id]) DOES[node.id]();
  else if (node.dataset.snooze) snooze(TIMES[node.dataset.snooze]());
  else if (node.dataset.untag) {
    change('tags', { tag: node.dataset.untag, remove: true, version: version() }, () => 'Tag taken off.');
  }
}

export function present({ ticket_id: of, people }) {
  if (of !== ticket) return;
  const others = people.filter((person) => person.id !== document.body.dataset.account).map((person) => person.name);
  const text = others.length ? `Also looking at this ticket: ${others.join(', ')}` : '';
  if (byId('here').textContent !== text) byId('here').textContent = text;
  byId('here').hidden = !text;
}

export function start() {
  addEventListener('click', clicked);
  if (!byId('note').value) showNote(); // else it was written while the page still came
  follow(ticket, 'note', showNote);
  byId('note').addEventListener('input', () => keepNote(ticket, byId('note').value));
  byId('noting').addEventListener('submit', (event) => {
    event.preventDefault();
    addNote();
  });
  byId('note').addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      addNote();
    }
  });
  byId('tag-form').addEventListener('submit', async (event) => {
    event.preventDefault();
    const tag = byId('tag-text').value.trim();
    if (tag && (await inDialog('tags', { tag, version: version() }, () => 'Tag added.'))) byId('tag-text').value = '';
  });
  byId('snooze-until').addEventListener('input', () => clear(byId('snoozing'))); // another time is another question
  macros(byId('macro'));
}
