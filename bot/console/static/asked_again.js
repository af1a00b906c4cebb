// Owns the warning that a reply asks for what the customer gave already. Refuses to find it: the service does.
import { post } from './desk_api.js';

const place = document.getElementById('asked-again');

export async function show(text) {
  const { asks_again: found } = await post(`/v1/tickets/${document.body.dataset.ticket}/reply/check`, { text });
  place.querySelector('ul').replaceChildren(...found.map(line));
  place.hidden = false;
}

function line(fact) {
  const item = document.createElement('li');
  const where = document.createElement('a');
  where.href = `#turn-${fact.turn}`;
  where.textContent = 'said here';
  item.append(`${fact.name}: ${fact.value} `, where);
  return item;
}

export function hide() {
  place.hidden = true;
}

export function start({ sendAnyway, change }) {
  document.getElementById('send-anyway').addEventListener('click', sendAnyway);
  document.getElementById('change-reply').addEventListener('click', () => {
    hide();
    change();
  });
}
