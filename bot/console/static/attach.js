// Owns sending a file to the customer. Refuses to judge it: the service looks at what is in it.
import { dismiss, tell, warn } from './alerts.js';
import { upload } from './desk_api.js';

const button = document.getElementById('attach');
const input = document.getElementById('file');
const LARGEST = 5_000_000;

async function picked(refused) {
  const [file] = input.files;
  input.value = ''; // the same file may be picked again
  if (!file || button.disabled) return;
  if (file.size > LARGEST) return warn('A file may have at most 5 MB.');
  const client = crypto.getRandomValues(new Uint32Array(4)).join('-');
  const asked = new URLSearchParams({ name: file.name.slice(-200), client_id: client });
  button.disabled = true;
  button.textContent = 'Sending…';
  try {
    await upload(`/v1/tickets/${document.body.dataset.ticket}/attachments?${asked}`, file);
    dismiss();
    tell('File sent.');
  } catch (error) {
    refused(error);
  } finally {
    button.disabled = false;
    button.textContent = 'Send a file';
    button.focus();
  }
}

export function start(refused) {
  button.addEventListener('click', () => input.click());
  input.addEventListener('change', () => picked(refused));
}
