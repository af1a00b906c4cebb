// Owns the warning that the customer wrote since the inserted text was suggested. Refuses to find it: the service does.
const place = document.getElementById('moved-on');

export function show(text) {
  place.querySelector('p').textContent = text;
  place.hidden = false;
}

export function hide() {
  place.hidden = true;
}

export function start({ sendAnyway, change }) {
  document.getElementById('send-moved').addEventListener('click', sendAnyway);
  document.getElementById('change-moved').addEventListener('click', () => {
    hide();
    change();
  });
}
