// Owns the steps of a complaint on the ticket page. Refuses to know which may follow: the server shows those.
import { dismiss, tell } from './alerts.js';
import * as composer from './composer.js';
import { post } from './desk_api.js';

const ticket = document.body.dataset.ticket;
const byId = (id) => document.getElementById(id);

function ask(button) {
  const { stage } = button.dataset;
  byId('staging-title').textContent = button.textContent;
  byId('staging-proposal').hidden = stage !== 'proposed';
  byId('staging-wrong').hidden = true;
  const { complaintVersion } = button.closest('[data-complaint-version]').dataset;
  byId('staging-do').onclick = () => move(stage, Number(complaintVersion));
  byId('staging').showModal();
}

async function move(stage, version) {
  const proposal = stage === 'proposed' ? { root_cause: byId('root-cause').value, remedy: byId('remedy').value } : {};
  try {
    await post(`/v1/tickets/${ticket}/complaint/stage`, { stage, version, ...proposal });
    byId('staging').close();
    dismiss();
    tell('The customer was told.');
  } catch (error) {
    byId('staging-wrong').textContent = error.message;
    byId('staging-wrong').hidden = false;
  }
}

async function open() {
  try {
    await post(`/v1/tickets/${ticket}/complaint`);
    dismiss();
    tell('It is a complaint now, and the customer was told.');
  } catch (error) {
    composer.refused(error);
  }
}

export function start() {
  byId('complaint').addEventListener('click', (event) => {
    const button = event.target.closest('button');
    if (button?.id === 'complain') open();
    else if (button?.dataset.stage) ask(button);
  });
}
