// Owns the switch by which somebody says that they are at their desk. Refuses to remember it: the server does.
import { tell, warn } from './alerts.js';
import { call, post } from './desk_api.js';

const PATH = '/v1/desk/availability';
const EVERY_MS = 30_000;
const duty = document.getElementById('duty');
const isOn = () => duty.getAttribute('aria-checked') === 'true';

function show(available) {
  duty.setAttribute('aria-checked', String(available));
  duty.textContent = available ? 'Available' : 'Away';
}

async function change() {
  duty.disabled = true;
  try {
    show((await post(PATH, { available: !isOn() })).available);
    for (const part of document.querySelectorAll('#lines, #people')) htmx.trigger(part, 'renew');
    tell(isOn() ? 'You are given new tickets now.' : 'You are given no more tickets.');
  } catch (error) {
    warn(error.message);
  }
  duty.disabled = false;
  duty.focus();
}

// Whoever lets tickets pass is set to away: the page must not go on saying otherwise.
async function look() {
  const now = await call('GET', PATH).catch(() => null);
  if (!now || duty.disabled || now.available === isOn()) return;
  show(now.available);
  if (!now.available) warn('You were set to away: tickets given to you were not taken in time.');
}

export function start() {
  if (!duty) return;
  duty.addEventListener('click', change);
  setInterval(look, EVERY_MS);
}
