// Owns what is done while the page still comes: it is done again once the page listens. A plain script in the head, so
// that it hears from the first. Refuses links, which need nobody, and keys, which would mean another thing by then.
{
  const KINDS = ['click', 'input', 'change', 'submit'];
  const early = [];
  const own = ({ type, target }) => type !== 'click' || target.closest('button')?.type === 'button';
  const keep = (event) => {
    if (!own(event)) return;
    event.stopImmediatePropagation(); // part of the page may listen already
    if (event.type === 'submit') event.preventDefault(); // the browser would leave, with what was typed in the address
    early.push(event);
  };
  for (const kind of KINDS) addEventListener(kind, keep, true);
  // Comes when the deferred scripts and the modules have run.
  addEventListener('DOMContentLoaded', () => {
    for (const kind of KINDS) removeEventListener(kind, keep, true);
    for (const event of early) {
      if (event.type === 'submit') event.target.requestSubmit(event.submitter);
      else event.target.dispatchEvent(new event.constructor(event.type, event));
    }
  });
}
