// Owns the page of one article: saving by itself, the buttons, renewing what changes. Refuses to judge: the server does.
import { dismiss, tell, warn } from './alerts.js';
import { call, post } from './desk_api.js';
import { Editor } from './manuscript_editor.js';

const id = document.body.dataset.manuscript;
const path = `/v1/manuscripts/${id}`;
const POLL_MS = 1000;
const find = (name) => document.getElementById(name);
const standing = () => find('standing').querySelector('[data-state]');
const editor = new Editor(id, Number(document.body.dataset.version), renew);

function renew() {
  for (const part of ['standing', 'impact']) htmx.trigger(find(part), 'renew');
}

// What the service does by itself (a look of the gate, a switch) shows up without a reload.
setInterval(() => {
  if (standing().dataset.busy === 'yes') renew();
}, POLL_MS);

async function act(verb, body, said) {
  if (!(await editor.flush())) return null;
  try {
    const done = await post(`${path}/${verb}`, { version: editor.version, ...body });
    if (done.version) editor.version = done.version;
    dismiss();
    tell(said);
    renew();
    return done;
  } catch (error) {
    warn(error.message, { canReload: error.status === 409 && /changed this article/.test(error.message) });
    renew();
    return null;
  }
}

async function look(kind) {
  if (!(await editor.flush())) return;
  try {
    await post(`${path}/impact?kind=${kind}`);
    tell('The questions within reach are being asked again.');
  } catch (error) {
    warn(error.message);
  }
  renew();
}

let verb = 'publish';
function order(wanted) {
  verb = wanted;
  const { gate, going, overridable, goingOverridable } = standing().dataset;
  const [why, reasonCounts] = wanted === 'publish' ? [gate, overridable] : [going, goingOverridable];
  const words = wanted === 'publish' ? 'Publish' : 'Take out of service';
  find('ordering-title').textContent = find('order').textContent = words;
  find('ordering-gate').textContent = why;
  find('expiry').hidden = wanted !== 'publish';
  find('overriding').hidden = reasonCounts !== 'yes';
  for (const field of ['due', 'expires', 'override']) find(field).value = '';
  find('ordering').showModal();
}

const moment = (name) => (find(name).value ? new Date(find(name).value).toISOString() : null);
const doing = {
  impact: () => look('publish'),
  going: () => look('archive'),
  submit: () => act('submit', {}, 'Handed in for review.'),
  publish: async () => (await editor.flush()) && order('publish'),
  archive: async () => (await editor.flush()) && order('archive'),
  return: () => find('returning').showModal(),
  discard: async () => {
    if (await act('discard', {}, 'The draft is given up; the history has it.')) editor.leave();
  },
};

find('standing').addEventListener('click', async (event) => {
  const button = event.target.closest('button');
  if (button?.dataset.do) doing[button.dataset.do]();
  if (button?.dataset.withdraw) {
    await post(`/v1/publications/${button.dataset.withdraw}/withdraw`).then(() => tell('Taken back.'), (error) => warn(error.message));
    renew();
  }
});
find('ordering').querySelector('form').addEventListener('submit', () => {
  const body = { due_at: moment('due'), expires_at: verb === 'publish' ? moment('expires') : null, override: find('override').value };
  act(verb, body, 'It is on its way. The receipt appears here.');
});
find('returning').querySelector('form').addEventListener('submit', () => act('return', { why: find('why').value }, 'Sent back.'));
for (const close of document.querySelectorAll('dialog [data-close]')) {
  close.addEventListener('click', () => close.closest('dialog').close());
}
find('keep-mine').addEventListener('click', async () => {
  const theirs = await call('GET', path).catch((error) => warn(error.message));
  if (theirs) editor.saveOver(theirs.manuscript.version);
});
find('take-theirs').addEventListener('click', () => location.reload());
