// Owns accepting a run as the baseline. Refuses to judge it: the evaluation does, a person answers for it.
import { dismiss, warn } from './alerts.js';
import { post } from './desk_api.js';

export function start() {
  const form = document.getElementById('accept');
  const button = form?.querySelector('button');
  form?.addEventListener('submit', async (event) => {
    event.preventDefault();
    button.disabled = true;
    try {
      await post('/v1/evaluation/accept', { at: form.dataset.at, reason: form.reason.value, fewer: form.fewer.checked });
      dismiss();
      location.reload();
    } catch (error) {
      warn(error.message);
      button.disabled = false;
    }
  });
  if (button) button.disabled = false;
}
