// Owns beginning a new article. Refuses to write it: the editor does.
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
