// Owns the sign-in form. Refuses to keep what was typed.
import { post } from './desk_api.js';

const form = document.getElementById('sign-in');
const wrong = form.querySelector('.wrong');

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const button = form.querySelector('button');
  button.disabled = true;
  wrong.hidden = true;
  try {
    await post('/v1/session', { email: form.email.value, password: form.password.value });
    location.reload();
  } catch (error) {
    wrong.textContent = error.message;
    wrong.hidden = false;
    button.disabled = false;
    form.password.value = '';
    form.password.focus();
  }
});
