// Owns the buttons of the recall page. Refuses to choose what a customer may be told: the server does.
import { tell, warn } from './alerts.js';
import { post } from './desk_api.js';

const list = document.getElementById('recall');
const counted = (count, one, many) => (count ? [`${count} ${count === 1 ? one : many}`] : []);

function said({ corrections, tasks, already }) {
  const done = [
    ...counted(corrections, 'correction sent', 'corrections sent'),
    ...counted(tasks, 'task made', 'tasks made'),
    ...counted(already, 'was done before', 'were done before'),
  ];
  return `${done.join(', ')}.`;
}

export function start(renew) {
  list.addEventListener('click', async (event) => {
    const button = event.target.closest('[data-findings]');
    if (!button || button.disabled) return;
    button.disabled = true;
    const body = { findings: button.dataset.findings.split(' ') };
    if (button.dataset.action) body.action = button.dataset.action;
    try {
      tell(said(await post('/v1/recalls', body)));
      document.getElementById('recall-title').focus();
    } catch (error) {
      warn(error.message, { canReload: error.status === 409 });
    }
    button.disabled = false;
    renew('recall');
  });
}
