// Owns the page of one article: saving by itself, the buttons, renewing what changes. Refuses to judge: the server does.
import { dismiss, tell, warn } from './alerts.js';
import { call, post } from './desk_api.js';
import { Editor, utc } from './manuscript_editor.js';

const id = document.body.dataset.manuscript;
const path = `/v1/manuscripts/${id}`;
const POLL_MS = 1000;
const find = (name) => document.getElementById(name);
const standing = () => find('standing').querySelector('[data-state]');
const editor = new Editor(id, Number(document.body.dataset.version), standing().dataset.state, renew);

function renew() {
  for (const part of ['standing', 'impact']) htmx.trigger(find(part), 'renew');
}

// What the service does by itself (a look of the gate, a switch) shows up without a reload.
const polling = setInterval(() => {
  if (standing().dataset.busy === 'yes') renew();
}, POLL_MS);

async function act(verb, body, said, refused = warn) {
  if (!(await editor.flush())) return null;
  try {
    const done = await post(`${path}/${verb}`, { version: editor.version, ...body });
    if (done.version) [editor.version, editor.state] = [done.version, done.state];
    dismiss();
    tell(said);
    renew();
    return done;
  } catch (error) {
    refused(error.message, { canReload: error.status === 409 && /changed this article/.test(error.message) });
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
  const words = wanted === 'publish' ? 'Publish' : 'Take out of service';
  find('ordering-title').textContent = find('order').textContent = words;
  find('expiry').hidden = wanted !== 'publish';
  find('ordering-refused').textContent = '';
  for (const field of ['due', 'expires', 'override']) find(field).value = '';
  sayWhatStandsInTheWay();
  find('ordering').showModal();
}

function sayWhatStandsInTheWay() {
  const { gate, going, expiry } = standing().dataset;
  const goes = verb === 'publish' && Boolean(find('expires').value);
  const why = [verb === 'publish' ? gate : going, goes ? expiry : ''].filter(Boolean).join(' ');
  find('ordering-gate').textContent = why;
  find('overriding').hidden = !why;
  find('override').required = Boolean(why);
  find('expiring').hidden = !goes;
  find('expiry-passes').hidden = Boolean(expiry);
}

const moment = (name) => (find(name).value ? new Date(find(name).value).toISOString() : null);
const doing = {
  impact: () => look('publish'),
  going: () => look('archive'),
  submit: () => act('submit', {}, 'Handed in for review.'),
  publish: async () => (await editor.flush()) && order('publish'),
  archive: async () => (await editor.flush()) && order('archive'),
  return: () => find('returning').showModal(),
  remove: async () => (await editor.flush()) && find('removing').showModal(),
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
find('expires').addEventListener('input', sayWhatStandsInTheWay);
find('expiry-look').addEventListener('click', () => look('expire'));
addEventListener('htmx:after:swap', sayWhatStandsInTheWay);
// What was filled in stays until it is accepted.
find('ordering').querySelector('form').addEventListener('submit', async (event) => {
  event.preventDefault();
  const body = { due_at: moment('due'), expires_at: verb === 'publish' ? moment('expires') : null, override: find('override').value };
  find('order').disabled = true;
  const done = await act(verb, body, 'It is on its way. The receipt appears here.', (why) => (find('ordering-refused').textContent = why));
  find('order').disabled = false;
  if (done) find('ordering').close();
});
find('returning').querySelector('form').addEventListener('submit', () => act('return', { why: find('why').value }, 'Sent back.'));
find('removing').querySelector('form').addEventListener('submit', async (event) => {
  event.preventDefault();
  try {
    showRemoval(await post(`${path}/remove`, { version: editor.version }));
  } catch (error) {
    find('removing').close();
    warn(error.message, { canReload: error.status === 409 });
    renew();
  }
});

// The article is gone: what is left of the page is the receipt.
function showRemoval({ article_id, by, at, places }) {
  editor.forget();
  clearInterval(polling);
  find('removing-said').textContent = `${article_id} was removed by ${by} at ${utc(at)}. This receipt is shown once.`;
  for (const { place, removed } of places) {
    const row = document.createElement('div');
    for (const [tag, text] of [['dt', place], ['dd', `${removed} removed`]]) row.appendChild(document.createElement(tag)).textContent = text;
    find('removing-receipt').append(row);
  }
  find('removing-choices').hidden = true;
  find('removing-done').hidden = false;
  find('removing').addEventListener('close', () => (location.href = '/console/library'));
  tell('Removed. The receipt is shown.');
}

for (const close of document.querySelectorAll('dialog [data-close]')) {
  close.addEventListener('click', () => close.closest('dialog').close());
}
find('keep-mine').addEventListener('click', async () => {
  const theirs = await call('GET', path).catch((error) => warn(error.message));
  if (theirs) editor.saveOver(theirs.manuscript.version);
});
find('write-on').addEventListener('click', () => editor.takeBack());
find('leave-in-review').addEventListener('click', () => editor.leave());
find('take-theirs').addEventListener('click', () => location.reload());
