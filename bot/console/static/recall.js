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
    already && counted(already, 'change was put right before', 'changes were put right before'),
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

const chatOf = (button) => button.closest('[data-chat]').dataset.chat;

// What the service does with findings that no action is named for: a message where the page offers one, else a task.
// Each chat gets one of the two, with all that is wrong in it, of other articles, too.
function ask(findings, within) {
  const chats = new Set([...within.querySelectorAll('[data-chat]')].map((line) => line.dataset.chat));
  const sent = new Set(corrections(list).map(chatOf).filter((chat) => chats.has(chat)));
  const tasks = chats.size - sent.size;
  byId('putting-sent').textContent = sent.size
    ? `${counted(sent.size, 'customer gets', 'customers get')} one correction each, labelled as automated. It says what they were told and what holds now:`
    : 'Nothing is sent to customers.';
  const articles = [...list.querySelectorAll('.change')].filter((article) => corrections(article).some((button) => sent.has(chatOf(button))));
  byId('putting-texts').replaceChildren(...articles.flatMap((article) => [...article.querySelectorAll('[data-now]')]).map((text) => {
    const line = document.createElement('li');
    line.append(...text.cloneNode(true).childNodes);
    line.dir = 'auto';
    return line;
  }));
  byId('putting-tasks').textContent = tasks ? `${counted(tasks, 'chat becomes a task', 'chats become tasks')} in the queue.` : '';
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
    ask(findings, button.closest('.change') || list);
  });
  byId('putting-do').addEventListener('click', ({ currentTarget }) => {
    byId('putting').close();
    done(currentTarget, byId('putting').dataset.findings.split(' '));
  });
  byId('putting').querySelector('[data-close]').addEventListener('click', () => byId('putting').close());
}
