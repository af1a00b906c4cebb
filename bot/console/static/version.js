// Owns which version of the ticket a deed is for: the one the page shows, or what one's own deed before made of it, while
// the page has still to hear of that. Refuses to know what a colleague did before it is shown.
let made = 0;

export const version = () => Math.max(made, Number(document.getElementById('standing').dataset.version));

/** Takes note of what the service answered to a deed, a ticket or something with one, and hands it on. */
export function did(answer) {
  made = (answer.ticket ?? answer).version;
  return answer;
}
