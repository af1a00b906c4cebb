// Owns the example of another help desk: what it tells the panel of suggestions and takes from it. Refuses other windows.
const byId = (id) => document.getElementById(id);
const panel = byId('panel');
const PANEL = new URL(panel.src).origin;
const NAMES = { customer: 'Customer', agent: 'You' };
const context = [];

const tell = (message) => panel.contentWindow.postMessage(message, PANEL);
const told = () => tell({ type: 'answerdesk:context', conversation: 4711, context });

const drafted = () => tell({ type: 'answerdesk:draft', conversation: 4711, text: byId('reply').value });

function say(role, text) {
  context.push({ role, text });
  const line = document.createElement('li');
  const name = document.createElement('b');
  name.textContent = NAMES[role];
  line.className = role;
  line.append(name, ' ', text);
  byId('said').append(line);
  told();
}

function form(id, role, field) {
  byId(id).addEventListener('submit', (event) => {
    event.preventDefault();
    say(role, byId(field).value);
    byId(field).value = '';
    byId('internal').textContent = '';
    drafted();
  });
}

addEventListener('message', ({ source, origin, data }) => {
  if (source !== panel.contentWindow || origin !== PANEL) return;
  if (data?.type === 'answerdesk:ready') told();
  if (data?.type !== 'answerdesk:insert' || data.conversation !== 4711) return;
  byId('reply').value = data.text;
  byId('internal').textContent = data.internal ? 'Contains text of an internal article, released by you.' : '';
  drafted();
  byId('reply').focus();
});
byId('reply').addEventListener('input', drafted);
form('customer', 'customer', 'customer-text');
form('agent', 'agent', 'reply');
say('customer', 'How do I set up Hub 2?');
