// Owns keeping what the queue shows under a name, and changing that. Refuses to judge: the service does.
import { tell } from './alerts.js';
import { call, once, post } from './desk_api.js';
import { open, wrong } from './dialog.js';

const byId = (id) => document.getElementById(id);
const dialog = byId('view-saving');
const shared = byId('view-shared'); // leads alone have it
let view = ''; // the one that is changed, if any

function ask({ dataset }) {
  view = dataset.view || '';
  byId('view-saving-title').textContent = view ? 'Change this view' : 'Save this view';
  byId('view-name').value = dataset.name || '';
  byId('view-delete').hidden = !view;
  if (shared) shared.checked = 'shared' in dataset;
  open(dialog);
}

function shown() {
  const { show, ...narrowed } = Object.fromEntries([...new FormData(byId('search'))].filter(([, value]) => value));
  return { view: show, ...narrowed };
}

export function start(renew) {
  const change = once(async (deed, done) => {
    try {
      await deed();
      dialog.close();
      tell(done);
    } catch (error) {
      wrong(dialog, error.message); // also that the name is taken: it is typed here
    }
    renew('lines');
  });
  byId('lines').addEventListener('click', ({ target }) => target.id === 'view-button' && ask(target));
  byId('view-delete').addEventListener('click', () => change(() => call('DELETE', `/v1/desk/views/${view}`), 'Deleted.'));
  byId('view-form').addEventListener('submit', (event) => {
    event.preventDefault();
    const named = { name: byId('view-name').value, shared: Boolean(shared?.checked) };
    change(() => (view ? post(`/v1/desk/views/${view}`, named) : post('/v1/desk/views', { ...shown(), ...named })), 'Saved.');
  });
}
