// Owns the buttons of the recall page. Refuses to choose what a customer may be told: the server does.
import { tell, warn } from './alerts.js';
import { once, post } from './desk_api.js';

const byId = (id) => document.getElementById(id);
const list = byId('recall');
const counted = (count, one, many) => `${count} ${count === 1 ? one : many}`;

function said({ corrections: sent, tasks, already }) {
  const done = [
    sent && counted(sent, 'correction sent', 'corrections sent'),
    tasks && counted(tasks, 'task made', 'tasks made'),
    already && counted(already, 'was done before', 'were done before'),
  ];
  return `${done.filter(Boolean).join(', ')}.`;
}

const put = once(async (findings, action) => {
  try {
    tell(said(await post('/v1/recalls', action ? { findings, action } : { findings })));
    byId('recall-title').focus();
  } catch (error) {
    warn(error.message, { canReload: error.status === 409 });
  }
});

const corrections = (node) => [...node.querySelectorAll('[data-action="correction"]')];

// What the service does with findings that no action is named for: a message where the page offers one, else a task.
function ask(findings, changes) {
  const sent = changes.flatMap(corrections);
  const chats = new Set(sent.map((button) => button.closest('[data-chat]').dataset.chat)).size;
  const tasks = findings.length - sent.length;
  const to = `to the customer${chats === 1 ? '' : 's'} of ${counted(chats, 'chat', 'chats')}`;
  byId('putting-sent').textContent = sent.length
    ? `${counted(sent.length, 'correction is', 'corrections are')} sent ${to}, labelled as automated. They say what holds now:`
    : 'Nothing is sent to customers.';
  byId('putting-texts').replaceChildren(...changes.filter((change) => corrections(change).length).map((change) => {
    const line = document.createElement('li');
    line.append(...change.querySelector('[data-now]').cloneNode(true).childNodes);
    line.dir = 'auto';
    return line;
  }));
  byId('putting-tasks').textContent = tasks ? `${counted(tasks, 'answer becomes a task', 'answers become tasks')} in the queue.` : '';
  byId('putting').dataset.findings = findings.join(' ');
  byId('putting').showModal();
}

export function start(renew) {
  const done = async (button, findings, action) => {
    button.disabled = true;
    await put(findings, action);
    button.disabled = false;
    renew('recall');
  };
  list.addEventListener('click', ({ target }) => {
    const button = target.closest('[data-findings]');
    if (!button || button.disabled) return;
    const findings = button.dataset.findings.split(' ');
    if (button.dataset.action) return void done(button, findings, button.dataset.action);
    const change = button.closest('.change');
    ask(findings, change ? [change] : [...list.querySelectorAll('.change')]);
  });
  byId('putting-do').addEventListener('click', ({ currentTarget }) => {
    byId('putting').close();
    done(currentTarget, byId('putting').dataset.findings.split(' '));
  });
  byId('putting').querySelector('[data-close]').addEventListener('click', () => byId('putting').close());
}
