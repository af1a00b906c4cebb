// Owns how times are shown: countdowns to what is due, local clock times. Refuses to decide what is due.
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const short = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' });

export function span(milliseconds) {
  const left = Math.abs(milliseconds);
  if (left < MINUTE) return `${Math.floor(left / 1000)} s`;
  if (left < HOUR) return `${Math.floor(left / MINUTE)} min`;
  if (left < DAY) return `${Math.floor(left / HOUR)} h ${Math.floor((left % HOUR) / MINUTE)} min`;
  return `${Math.floor(left / DAY)} d ${Math.floor((left % DAY) / HOUR)} h`;
}

function put(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

export function tick(now = Date.now()) {
  for (const node of document.querySelectorAll('time[data-due]')) {
    const left = Date.parse(node.dateTime) - now;
    put(node, left < 0 ? `${span(left)} late` : `${span(left)} left`);
    node.title = full.format(Date.parse(node.dateTime));
    const level = left < 0 ? 'late' : left < Number(node.dataset.warn) * MINUTE ? 'soon' : '';
    if (node.dataset.level !== level) node.dataset.level = level;
  }
  for (const node of document.querySelectorAll('time[data-clock]')) {
    const at = Date.parse(node.dateTime);
    put(node, Math.abs(now - at) < DAY / 2 ? clock.format(at) : short.format(at));
    node.title = full.format(at);
  }
}

export function start() {
  tick();
  setInterval(tick, 1000);
}
