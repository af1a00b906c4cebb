// Owns the gap page: asking again, closing, dismissing, proposing its cases. Refuses to judge what passes: the server does.
import { dismiss, tell, warn } from './alerts.js';
import { post } from './desk_api.js';
import { said as proposed } from './proposals.js';

const gap = document.body.dataset.gap;
const buttons = ['check', 'close', 'propose', 'dismiss'].map((id) => document.getElementById(id));

const enable = (able) => buttons.forEach((button) => button && (button.disabled = !able));

async function act(verb, renew, said, body = {}) {
  enable(false);
  try {
    const done = await post(`/v1/gaps/${gap}/${verb}`, body);
    dismiss();
    tell(said(done));
  } catch (error) {
    warn(error.message);
  }
  enable(true);
  renew('standing');
}

export function start(renew) {
  const [check, close, propose, dismissal] = buttons;
  check.addEventListener('click', () => act('check', renew, (done) => `${done.passed} of ${done.asked} answered.`));
  close.addEventListener('click', () => act('close', renew, () => 'Closed.', { although: document.getElementById('although').checked }));
  propose.addEventListener('click', () => act('propose', renew, proposed));
  dismissal?.addEventListener('click', () => act('dismiss', renew, () => 'Dismissed: it opens again when somebody says so anew.'));
  enable(true);
}
