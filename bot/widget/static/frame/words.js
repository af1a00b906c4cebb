// Owns the interface's language: one file per language, English where a word is missing. Refuses the service's sentences.
const SPOKEN = ["en", "de", "fr", "es"];
let words = {};
let locale = "en";

export async function speak(wanted) {
  const short = (wanted || "en").toLowerCase().slice(0, 2);
  const language = SPOKEN.includes(short) ? short : "en";
  const response = await fetch(new URL(`../lang/${language}.json`, import.meta.url));
  words = await response.json();
  locale = language === short && wanted.length > 2 ? wanted : language;
  document.documentElement.lang = language;
}

/** The sentence of that key with its {places} filled in. */
export function t(key, places = {}) {
  return (words[key] || key).replace(/\{(\w+)\}/g, (whole, name) => (name in places ? String(places[name]) : whole));
}

const format = (value, options) => {
  const moment = new Date(value);
  if (Number.isNaN(moment.getTime())) return "";
  try { return new Intl.DateTimeFormat(locale, options).format(moment); } catch { return ""; }
};
const today = (value) => new Date(value).toDateString() === new Date().toDateString();
export const timeOf = (value) => format(value, { ...(!today(value) && { day: "numeric", month: "short" }), hour: "2-digit", minute: "2-digit" });
export const dateOf = (value) => format(value, { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
