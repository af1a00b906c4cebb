// Owns the steps of a complaint on the ticket page: each shows what the customer will read before it is taken. Refuses to
// know which may follow, or to word them: the server does.
import { dismiss, tell } from './alerts.js';
import { once, post } from './desk_api.js';

const OPENS = 'received';
const PROPOSES = 'proposed';
const PATH = `/v1/tickets/${document.body.dataset.ticket}/complaint`;
const byId = (id) => document.getElementById(id);
let wanted = 0; // the newest preview: an earlier one that comes late is not shown

function ask(button) {
  const { stage } = button.dataset;
  byId('staging-title').textContent = button.textContent;
  byId('staging-proposal').hidden = stage !== PROPOSES;
  byId('staging-takes').hidden = byId('standing').dataset.mine === 'yes';
  for (const choice of [byId('root-cause'), byId('remedy')]) {
    choice.value = '';
    choice.onchange = () => preview(stage);
  }
  const version = Number(button.closest('[data-complaint-version]')?.dataset.complaintVersion);
  byId('staging-do').onclick = () => move(stage, version);
  byId('staging').showModal();
  preview(stage);
}

const proposal = (stage) => (stage === PROPOSES ? { root_cause: byId('root-cause').value, remedy: byId('remedy').value } : {});

// Without the text nothing is sent: it is what the person who sends it answers for.
async function preview(stage) {
  const mine = ++wanted;
  const given = proposal(stage);
  byId('staging-do').disabled = true;
  byId('staging-text').textContent = '';
  wrong('');
  if (Object.values(given).includes('')) return;
  try {
    const { text } = await post(`${PATH}/preview`, { stage, ...given });
    if (mine !== wanted) return;
    byId('staging-text').textContent = text;
    byId('staging-do').disabled = false;
  } catch (error) {
    if (mine === wanted) wrong(error.message);
  }
}

function wrong(text) {
  byId('staging-wrong').textContent = text;
  byId('staging-wrong').hidden = !text;
}

const move = once(async (stage, version) => {
  try {
    if (stage === OPENS) await post(PATH);
    else await post(`${PATH}/stage`, { stage, version, ...proposal(stage) });
    byId('staging').close();
    dismiss();
    tell(stage === OPENS ? 'It is a complaint now, and the customer was told.' : 'The customer was told.');
  } catch (error) {
    wrong(error.message);
  }
});

export function start() {
  byId('complaint').addEventListener('click', (event) => {
    const button = event.target.closest('button');
    if (button?.dataset.stage) ask(button);
  });
}
