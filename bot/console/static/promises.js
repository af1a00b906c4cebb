// Owns promises on the ticket page: making one for the reply, marking one as done, the warning about free words.
// Refuses to word or to find one: the service does.
import { dismiss, tell, warn } from './alerts.js';
import { once, post } from './desk_api.js';

const ticket = document.body.dataset.ticket;
const byId = (id) => document.getElementById(id);
const place = byId('promised-freely');
let freely = []; // the sentences that were held back, as they stand in the reply
let instead = null; // the one of them that the promise is to replace

export async function show(reply) {
  const found = await post(`/v1/tickets/${ticket}/reply/check`, reply);
  freely = found.promises;
  place.querySelector('ul').replaceChildren(...freely.map(line));
  place.hidden = false;
}

function line(sentence) {
  const item = document.createElement('li');
  item.textContent = sentence;
  return item;
}

export function hide() {
  place.hidden = true;
}

function times() {
  const kind = byId('promise-kind').selectedOptions[0];
  for (const choice of byId('promise-times').querySelectorAll('[data-kind]')) choice.hidden = choice.dataset.kind !== kind.value;
}

function open(sentence = null) {
  instead = sentence;
  times();
  byId('promise-wrong').hidden = true;
  byId('promising').showModal();
}

// Refused times are said in the dialog: the page's own alert would lie behind it.
const make = once(async (when, insert) => {
  const body = { kind: byId('promise-kind').value, ...when };
  try {
    const made = await post(`/v1/tickets/${ticket}/promises/preview`, body);
    byId('promising').close();
    insert(made, instead);
  } catch (error) {
    byId('promise-wrong').textContent = error.message;
    byId('promise-wrong').hidden = false;
  }
});

async function done(id, what, said) {
  try {
    await post(`/v1/promises/${id}/${what}`);
    dismiss();
    tell(said);
  } catch (error) {
    warn(error.message, { canReload: error.status === 409 });
  }
}

export function start({ sendAnyway, change, insert }) {
  byId('promise').addEventListener('click', () => open());
  byId('promise-instead').addEventListener('click', () => open(freely[0]));
  byId('promise-kind').addEventListener('change', times);
  byId('promise-times').addEventListener('click', (event) => {
    const { minutes } = event.target.dataset;
    if (minutes) make({ minutes: Number(minutes) }, insert);
  });
  byId('promise-do').addEventListener('click', () => {
    const at = new Date(byId('promise-until').value);
    if (Number.isNaN(at.getTime())) return byId('promise-until').reportValidity();
    return make({ due_at: at.toISOString() }, insert);
  });
  byId('send-promised').addEventListener('click', sendAnyway);
  byId('change-promised').addEventListener('click', () => {
    hide();
    change();
  });
  byId('promises').addEventListener('click', (event) => {
    const button = event.target.closest('button');
    if (button?.dataset.keep) done(button.dataset.keep, 'keep', 'Marked as done.');
    if (button?.dataset.take) done(button.dataset.take, 'take', 'The promise is yours now.');
  });
}
