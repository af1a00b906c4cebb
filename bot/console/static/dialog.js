// Owns what is said in a dialog before its deed is done: what was wrong, and what speaks against it. Refuses to judge: the
// service does, and only the plain button beside the first one means it all the same.
const BESIDE = [401, 409]; // said on the page, with the way out; what was typed stays in its field

export function open(dialog) {
  clear(dialog);
  dialog.showModal();
}

export function clear(dialog) {
  for (const part of dialog.querySelectorAll('.doubt, [data-wrong]')) part.hidden = true;
}

/** Said in the dialog, which stays open as it is. */
export const wrong = (dialog, text) => say(dialog.querySelector('[data-wrong]'), text);

/** True when it was said in the dialog, which stays open as it is; else the dialog is closed. */
export function refused(dialog, error, anyway) {
  if (error.code === 'confirm_first') doubt(dialog.querySelector('.doubt'), error.message, anyway);
  else if (dialog?.querySelector('[data-wrong]') && !BESIDE.includes(error.status)) wrong(dialog, error.message);
  else return Boolean(dialog?.close());
  return true;
}

function say(place, text) {
  place.textContent = text;
  place.hidden = false;
}

function doubt(place, text, anyway) {
  say(place.querySelector('p'), text);
  place.querySelector('[data-anyway]').onclick = anyway;
  place.hidden = false;
  place.querySelector('[data-close]').focus();
}
