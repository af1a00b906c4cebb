// Owns telling the person what happened or went wrong. Refuses markup: text nodes only.
import { UNREACHABLE } from './desk_api.js';

const place = document.getElementById('alert');
const takeOver = document.getElementById('take-over');
const reload = document.getElementById('reload');

export function tell(text) {
  const told = document.getElementById('told');
  told.textContent = '';
  requestAnimationFrame(() => (told.textContent = text));
}

export function warn(text, { onTakeOver = null, canReload = false } = {}) {
  place.querySelector('p').textContent = text;
  takeOver.hidden = !onTakeOver;
  takeOver.onclick = onTakeOver;
  reload.hidden = !canReload;
  place.hidden = false;
}

export function dismiss() {
  place.hidden = true;
}

/** That the service could not be reached is over. */
export function reconnected() {
  if (place.querySelector('p').textContent.includes(UNREACHABLE)) dismiss();
}

reload.addEventListener('click', () => location.reload());
document.getElementById('dismiss').addEventListener('click', dismiss);
