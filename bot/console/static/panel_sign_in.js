// Owns handing the pass to the panel that opened this window. Refuses every window of another origin.
const { opener } = window;
document.getElementById('handed').hidden = !opener;
document.getElementById('alone').hidden = Boolean(opener);
if (opener) {
  opener.postMessage({ type: 'answerdesk:pass', pass: document.body.dataset.pass }, location.origin);
  close();
}
