// Owns giving and approving on the ticket page. Refuses to know a limit: the service does.
import { dismiss, tell } from './alerts.js';
import { post } from './desk_api.js';

const ticket = document.body.dataset.ticket;
const byId = (id) => document.getElementById(id);
const MOST = 1_000_000_000; // of the smallest unit, as for the service
let client = null; // of what the dialog holds: sent twice, it is given once

// Money is counted in the smallest unit; what does not come out even is no amount.
function minor(text, digits) {
  const match = /^(\d{1,9})(?:[.,](\d*))?$/.exec(text.trim());
  if (!match || (match[2] || '').length > digits) return null;
  return Number(match[1] + (match[2] || '').padEnd(digits, '0'));
}

const kind = () => document.querySelector(`.allowance [data-kind="${byId('grant-kind').value}"]`);

function currency() {
  byId('grant-currency').textContent = kind().dataset.currency;
}

function open() {
  client = crypto.getRandomValues(new Uint32Array(4)).join('-');
  byId('grant-wrong').hidden = true;
  byId('grant-ask').hidden = true;
  currency();
  byId('granting').showModal();
}

function wrong(text) {
  byId('grant-wrong').textContent = text;
  byId('grant-wrong').hidden = false;
}

async function give(ask) {
  const amount = minor(byId('grant-amount').value, Number(kind().dataset.digits));
  if (!amount || amount > MOST) {
    wrong(amount ? 'That is too large an amount.' : 'Write an amount, such as 12.50.');
    return byId('grant-amount').focus();
  }
  const body = { client_id: client, kind: byId('grant-kind').value, amount, reason: byId('grant-reason').value, note: byId('grant-note').value, ask };
  try {
    const given = await post(`/v1/tickets/${ticket}/concessions`, body);
    byId('granting').close();
    byId('grant-amount').value = '';
    byId('grant-note').value = '';
    dismiss();
    tell(given.status === 'waiting' ? 'A lead was asked.' : 'Given.');
  } catch (error) {
    wrong(error.message);
    byId('grant-ask').hidden = error.code !== 'over_allowance';
  }
}

function answer({ decide, approve, what }) {
  const yes = approve === 'yes';
  byId('deciding-title').textContent = yes ? 'Approve' : 'Deny';
  byId('deciding-what').textContent = what;
  byId('deciding-do').textContent = yes ? 'Approve' : 'Deny';
  byId('deciding-wrong').hidden = true;
  byId('deciding-do').onclick = () => decided(decide, yes);
  byId('deciding').showModal();
}

async function decided(id, approve) {
  const reason = byId('deciding-reason').value;
  if (!reason.trim()) return byId('deciding-reason').reportValidity() && byId('deciding-reason').focus();
  try {
    await post(`/v1/concessions/${id}/decide`, { approve, reason });
    byId('deciding').close();
    tell(approve ? 'Approved.' : 'Not approved.');
  } catch (error) {
    byId('deciding-wrong').textContent = error.message;
  byId('deciding-reason').value = ''; // a reason to approve is none to deny
    byId('deciding-wrong').hidden = false;
  }
  return undefined;
}

export function start() {
  byId('allowances').addEventListener('click', (event) => {
    const button = event.target.closest('button');
    if (button?.id === 'grant') open();
    else if (button?.dataset.decide) answer(button.dataset);
  });
  byId('grant-kind').addEventListener('change', currency);
  // Another amount is another wish.
  byId('grant-amount').addEventListener('input', () => {
    client = crypto.getRandomValues(new Uint32Array(4)).join('-');
    byId('grant-ask').hidden = true;
  });
  byId('grant-do').addEventListener('click', () => give(false));
  byId('grant-ask').addEventListener('click', () => give(true));
}
