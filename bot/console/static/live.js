// Owns the live stream of the desk. Refuses to interpret events: it hands them on, each once.
const KINDS = [
  'message', 'state', 'ticket', 'suggestion', 'feedback', 'note', 'work', 'mail', 'presence', 'typing', 'read',
];
const LONGEST_WAIT_MS = 15_000;
const FIRST_WAIT_MS = 1_000;

export function follow(after, ticket, onEvent, onState) {
  const openTicket = ticket ? `&ticket=${ticket}` : '';
  let last = after;
  let wait = FIRST_WAIT_MS;
  let source;
  let later;
  const open = () => {
    // A page that comes back out of the browser's memory may still have a try under way: it would hear all twice.
    clearTimeout(later);
    source?.close();
    source = new EventSource(`/v1/desk/events?after=${last}${openTicket}`);
    source.onopen = () => {
      wait = FIRST_WAIT_MS;
      onState('live');
    };
    source.onerror = () => {
      onState('lost');
      if (source.readyState === EventSource.CLOSED) again();
    };
    for (const kind of KINDS) {
      source.addEventListener(kind, (event) => {
        if (event.lastEventId) last = event.lastEventId;
        onEvent(kind, JSON.parse(event.data));
      });
    }
  };
  // The browser reconnects by itself after a broken stream, but never after an answer that is no stream.
  const again = async () => {
    const answer = await fetch('/v1/session').catch(() => null);
    if (answer && answer.status === 401) return location.reload();
    clearTimeout(later);
    later = setTimeout(open, wait);
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  };
  addEventListener('pagehide', () => source.close());
  addEventListener('pageshow', (event) => event.persisted && open());
  open();
}
