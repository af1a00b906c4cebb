// Owns giving and approving on the ticket page. Refuses to know a limit: the service does.
import { dismiss, tell } from './alerts.js';
import { post } from './desk_api.js';

const ticket = document.body.dataset.ticket;
const byId = (id) => document.getElementById(id);
const MOST = 1_000_000_000; // of the smallest unit, as for the service
let client = null; // of what the dialog holds: sent twice, it is given once

// An amount as people write it: plain, or with thousands set apart. "1.234" may be a slip as well: it is none.
const FORMS = [/^(\d{1,9})(?:[.,](\d*))?$/, /^(\d{1,3}(?:,\d{3})+)(?:\.(\d*))?$/, /^(\d{1,3}(?:\.\d{3})+),(\d+)$/, /^(\d{1,3}(?:[ ’'\u00a0\u202f]\d{3})+)(?:[.,](\d*))?$/];

// Money is counted in the smallest unit; what does not come out even is no amount.
function minor(text, { digits, currency: code }) {
  const number = withoutCurrency(text.trim(), code);
  const match = FORMS.map((form) => form.exec(number)).find((found) => found && (found[2] || '').length <= Number(digits));
  return match ? Number(match[1].replace(/\D/g, '') + (match[2] || '').padEnd(Number(digits), '0')) : null;
}

// Its own currency may be written beside it, as a sign or a code; another one stays, and makes it no amount.
function withoutCurrency(text, code) {
  const narrow = new Intl.NumberFormat('en', { style: 'currency', currency: code, currencyDisplay: 'narrowSymbol' });
  const sign = narrow.formatToParts(0).find(({ type }) => type === 'currency').value;
  for (const name of [code, sign]) {
    if (text.toUpperCase().startsWith(name)) return text.slice(name.length).trim();
    if (text.toUpperCase().endsWith(name)) return text.slice(0, -name.length).trim();
  }
  return text;
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
  const amount = minor(byId('grant-amount').value, kind().dataset);
  if (!amount || amount > MOST) {
    wrong(amount ? 'That is too large an amount.' : `Write an amount in ${kind().dataset.currency}, such as 12.50.`);
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
  byId('deciding-reason').value = ''; // a reason to approve is none to deny
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
