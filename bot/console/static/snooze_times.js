// Owns the times to which tickets are usually put off. Refuses time zones: they are this browser's.
const HOUR = 3_600_000;
const MORNING = 9;
const MONDAY = 1;

function morning(days) {
  const day = new Date();
  day.setDate(day.getDate() + days);
  day.setHours(MORNING, 0, 0, 0);
  return day;
}

export const TIMES = {
  hour: () => new Date(Date.now() + HOUR),
  hours: () => new Date(Date.now() + 4 * HOUR),
  tomorrow: () => morning(1),
  monday: () => morning((MONDAY + 7 - new Date().getDay()) % 7 || 7),
};
