// Owns the interface's language, one file per language, English where a word is missing, and how times are read in it.
// Refuses the service's sentences.
const SPOKEN = ["en", "de", "fr", "es"];
let words = {};
let spoken = "";
let locale = "en";
let twelve = false; // the reader's clock has twelve hours

const short = (tag) => (tag || "").toLowerCase().slice(0, 2);

/** The first of the asked languages that there is. True when it is another than before: then all is to be said anew. */
export async function speak(...asked) {
  const language = asked.map(short).find((each) => SPOKEN.includes(each)) || "en";
  if (spoken === language) return false;
  const response = await fetch(new URL(`../lang/${language}.json`, import.meta.url));
  const read = await response.json();
  if (spoken === language) return false; // asked for twice meanwhile
  words = read;
  spoken = language;
  locale = [...navigator.languages, ...asked].find((tag) => tag?.length > 2 && short(tag) === language) || language;
  try { twelve = new Intl.DateTimeFormat(locale, { hour: "numeric" }).resolvedOptions().hour12; } catch { locale = language; }
  document.documentElement.lang = language;
  return true;
}

/** The sentence of that key with its {places} filled in. */
export function t(key, places = {}) {
  return (words[key] || key).replace(/\{(\w+)\}/g, (whole, name) => (name in places ? String(places[name]) : whole));
}

const format = (value, options) => {
  const moment = new Date(value);
  return Number.isNaN(moment.getTime()) ? "" : new Intl.DateTimeFormat(locale, options).format(moment);
};
const today = (value) => new Date(value).toDateString() === new Date().toDateString();
const clock = () => ({ hour: twelve ? "numeric" : "2-digit", minute: "2-digit" });
export const timeOf = (value) => format(value, { ...(!today(value) && { day: "numeric", month: "short" }), ...clock() });
export const dateOf = (value) => format(value, { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
/** A promised time in the reader's own zone, which it names: it is read later as well. */
export const dueOf = (value) => format(value, { weekday: "short", day: "numeric", month: "short", ...clock(), timeZoneName: "short" });

/** The service's clock times ("14:30") as the reader's clock writes them. */
export function inReadersClock(text) {
  if (!twelve) return text;
  return text.replace(/\b([01]\d|2[0-3]):([0-5]\d)\b(?! Uhr)/g, (_, hour, minute) => format(new Date(2000, 0, 1, hour, minute), clock()));
}
