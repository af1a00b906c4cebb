// Owns the page of macros: its dialogs, and renewing the list. Refuses to judge a text: the service does.
import { tell, warn } from './alerts.js';
import { call, once, post } from './desk_api.js';
import { clear, open, wrong } from './dialog.js';

const byId = (id) => document.getElementById(id);
const writing = byId('macro-writing');
const rejecting = byId('macro-rejecting');
const title = byId('macro-title');
const fields = [...document.querySelectorAll('#macro-writing [data-language]')];
let line = null; // the macro that a dialog is about, null for a new one
let typed = ''; // which one, in which version, the fields were filled for

function write(about) {
  line = about;
  byId('macro-writing-title').textContent = about ? 'Edit this macro' : byId('macro-new').textContent;
  byId('macro-save').textContent = about ? 'Save' : byId('macro-new').textContent;
  const now = about ? `${about.dataset.macro} ${about.dataset.version}` : 'new';
  if (typed === now) return open(writing); // closed by mistake: what was typed is there
  typed = now;
  title.value = about?.querySelector('.title').textContent ?? '';
  for (const field of fields) {
    field.value = about?.querySelector(`.texts [data-language="${field.dataset.language}"]`)?.textContent ?? '';
  }
  return open(writing);
}

function reject(about) {
  line = about;
  byId('macro-rejecting-title').textContent = `Reject “${about.querySelector('.title').textContent}”`;
  byId('macro-reason').value = '';
  open(rejecting);
}

function content() {
  const texts = fields.filter(({ value }) => value.trim()).map(({ value, dataset }) => [dataset.language, value]);
  return { title: title.value, texts: Object.fromEntries(texts) };
}

export function start(renew) {
  const act = once(async (deed, told, dialog = null) => {
    if (dialog) clear(dialog);
    try {
      const { status } = await deed();
      if (dialog === writing) typed = '';
      dialog?.close();
      tell(told(status));
    } catch (error) {
      if (dialog) wrong(dialog, error.message);
      else warn(error.message);
    }
    renew('written');
  });
  const path = () => `/v1/macros/${line.dataset.macro}`;
  const version = () => Number(line.dataset.version);
  const DOES = {
    edit: write,
    reject,
    approve: () => act(() => post(`${path()}/decide`, { version: version(), approve: true }), () => 'Approved.'),
    remove: () => act(() => call('DELETE', path()), () => 'Removed.'),
  };
  byId('written').addEventListener('click', ({ target }) => {
    const does = target.closest('[data-does]')?.dataset.does;
    if (!does) return;
    line = target.closest('[data-macro]');
    DOES[does](line);
  });
  byId('macro-new').addEventListener('click', () => write(null));
  byId('macro-form').addEventListener('submit', (event) => {
    event.preventDefault();
    const [, was] = typed.split(' '); // what was read, even when somebody changed it since
    const sent = line ? { ...content(), version: Number(was) } : content();
    act(() => post(line ? path() : '/v1/macros', sent), (status) => (status === 'waiting' ? 'It waits for a lead.' : 'Saved.'), writing);
  });
  byId('macro-reject-form').addEventListener('submit', (event) => {
    event.preventDefault();
    const answer = { version: version(), approve: false, reason: byId('macro-reason').value };
    act(() => post(`${path()}/decide`, answer), () => 'Rejected.', rejecting);
  });
  for (const dialog of [writing, rejecting]) {
    dialog.addEventListener('click', (event) => event.target.closest('[data-close]') && dialog.close());
  }
}
