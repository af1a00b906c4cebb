// Owns the list's address while it is narrowed, and beginning a new article. Refuses to write it: the editor does.
import { post } from './desk_api.js';

const dialog = document.getElementById('beginning');
const [title, path, wrong] = ['name', 'path', 'wrong'].map((part) => document.getElementById(`beginning-${part}`));

document.getElementById('new').addEventListener('click', () => dialog.showModal());
dialog.querySelector('[data-close]').addEventListener('click', () => dialog.close());

title.addEventListener('input', () => {
  if (path.dataset.typed) return;
  const name = title.value.normalize('NFKD').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '');
  path.value = name ? `${name}.md` : '';
});
path.addEventListener('input', () => (path.dataset.typed = 'yes'));

dialog.querySelector('form').addEventListener('submit', async (event) => {
  event.preventDefault();
  wrong.textContent = '';
  try {
    const made = await post('/v1/manuscripts', { path: path.value.trim(), title: title.value.trim() });
    location.href = `/console/library/${made.manuscript.id}`;
  } catch (error) {
    wrong.textContent = error.message;
  }
});

// What is shown is what the address says: a reload, a way back or a copied link gives the same list.
const narrow = document.getElementById('narrow');
addEventListener('htmx:after:swap', () => {
  const asked = new URLSearchParams([...new FormData(narrow)].filter(([, value]) => value));
  history.replaceState(null, '', asked.size ? `?${asked}` : location.pathname);
});
