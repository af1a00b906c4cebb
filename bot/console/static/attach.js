// Owns the files that go with a reply: picked, shown, taken off again, sent when the reply is. Refuses to judge them: the
// service looks at what is in each.
import { tell, warn } from './alerts.js';
import { upload } from './desk_api.js';

const input = document.getElementById('file');
const list = document.getElementById('staged');
const LARGEST = 5_000_000;
const SIZE = new Intl.NumberFormat('en', { style: 'unit', unit: 'kilobyte' });
let staged = []; // each with a client id: sent again, it is the same message

export const any = () => staged.length > 0;

/** One after the other; what was not sent stays. */
export async function send() {
  while (any()) {
    const [{ file, client }] = staged;
    const asked = new URLSearchParams({ name: file.name.slice(-200), client_id: client });
    try {
      await upload(`/v1/tickets/${document.body.dataset.ticket}/attachments?${asked}`, file);
    } catch (error) {
      error.message = `“${file.name}” was not sent: ${error.message}`;
      throw error;
    }
    drop(client);
  }
}

function drop(client) {
  staged = staged.filter((one) => one.client !== client);
  show();
}

function picked() {
  for (const file of input.files) {
    if (file.size > LARGEST) warn(`“${file.name}” is too large: a file may have at most 5 MB.`);
    else staged.push({ file, client: crypto.getRandomValues(new Uint32Array(4)).join('-') });
  }
  input.value = ''; // the same file may be picked again
  show();
  if (any()) tell('Attached. It is sent with the reply.');
}

function show() {
  list.hidden = !any();
  list.replaceChildren(...staged.map(line));
}

function line({ file, client }) {
  const item = document.createElement('li');
  const [name, size, off] = ['bdi', 'span', 'button'].map((tag) => document.createElement(tag));
  name.textContent = file.name;
  size.className = 'size';
  size.textContent = SIZE.format(Math.ceil(file.size / 1000));
  off.type = 'button';
  off.className = 'off';
  off.textContent = '×';
  off.setAttribute('aria-label', `Take off ${file.name}`);
  off.addEventListener('click', () => {
    drop(client);
    document.getElementById('attach').focus();
  });
  item.append(name, ' ', size, ' ', off);
  return item;
}

export function start() {
  document.getElementById('attach').addEventListener('click', () => input.click());
  input.addEventListener('change', picked);
  // A text is kept in the browser, a file cannot be.
  addEventListener('beforeunload', (event) => any() && event.preventDefault());
}
