// Owns the chat page: builds its parts and lets each tell the others. Refuses any work that a part can do.
import { Chat } from "./frame/chat.js";
import * as api from "./frame/api.js";
import { safeLink } from "./frame/blocks.js";
import { chime } from "./frame/chime.js";
import { isColour, paint } from "./frame/colour.js";
import { Composer } from "./frame/composer.js";
import { icon } from "./frame/dom.js";
import { Files } from "./frame/files.js";
import { Drawer, sound, subjectOf } from "./frame/kept.js";
import { Menu } from "./frame/menu.js";
import * as page from "./frame/page.js";
import { Renewal } from "./frame/renewal.js";
import { Source } from "./frame/source.js";
import { Status } from "./frame/status.js";
import { trap } from "./frame/trap.js";
import { View } from "./frame/view.js";
import { speak, t } from "./frame/words.js";

const part = (id) => document.getElementById(id);
const { company, limit } = document.documentElement.dataset;
const site = page.option("site");
const language = page.option("lang") || navigator.language || "en";

paint(isColour(page.option("color")) ? page.option("color") : "#1f5f4a");
await speak(language);
label();

let visible = !page.embedded;
let unread = 0;
let address = ""; // of the website's page around this one

const chat = new Chat({ site, language, onChange: changed, onArrival: arrived, onRefused: () => page.tell("identityNeeded") });
const source = new Source(part("source"), {
  fetchArticle: (id, version) => api.article(id, version, chat.entry.token),
  linkOf: (address) => safeLink(address, null), // the operator's own articles
});
let devices = null; // fetched by the few who want it
async function showDevices() {
  const { Devices } = await import("./frame/forms/devices.js");
  devices ??= new Devices(part("device"), {
    link: async () => page.linkTo(address, (await chat.handOver()).code),
    closeOthers: () => chat.closeOthers(),
  });
  devices.show(part("menu-button"));
}
const menu = new Menu(part("menu-button"), part("menu"));
const renewal = new Renewal(part("renewal"), renew);
const view = new View({ scroll: part("scroll"), earlier: part("earlier"), log: part("log"), live: part("live"), newer: part("newer") }, chat, {
  source: (citations, opener) => source.show(citations, opener),
  thumb: (id, score) => chat.thumb(id, score).catch(() => {}),
  option: (words) => chat.send(words),
  retry: () => chat.outbox.retry(),
  discard: (clientId) => chat.outbox.discard(clientId),
  person: askForPerson,
  save: (attachment) => files.save(attachment),
}, page.hostNames());
const status = new Status(
  { strip: part("strip"), banner: part("banner"), starters: part("starters"), survey: part("survey"), stillFine: part("still-fine"), contact: part("contact"), claim: part("claim"), disclosure: part("disclosure") },
  chat,
  { starter: (words) => chat.send(words), survey: (given) => chat.answerSurvey(given), stillFine: (ticket, fine) => chat.answerStillFine(ticket, fine), contact: (name, email) => chat.giveContact(name, email), code: (code) => chat.enterCode(code), codeAgain: () => chat.sendCodeAgain() },
);
const composer = new Composer(
  { form: part("composer"), text: part("text"), send: part("send"), count: part("count"), limit: Number(limit) },
  (words) => { chat.send(words); part("text").focus(); },
  (words) => chat.writing(words),
);
const files = new Files({ button: part("attach"), input: part("file") }, {
  say: (sentence) => composer.say(sentence),
  send: (file, clientId) => chat.sendFile(file, clientId),
  fetch: (id) => api.file(chat.entry.id, chat.entry.token, id),
  onChange: changed,
});

/** Everything around a conversation is in the language in which a person was promised, else in that of the website. */
async function speakTheirs() {
  if (!await speak(chat.ticket?.language, language).catch(() => false)) return;
  label();
  view.redraw();
  changed();
}

function changed() {
  speakTheirs();
  document.body.classList.toggle("loading", chat.starting);
  view.sync();
  status.sync();
  composer.lock(chat.starting);
  const { withPerson } = chat;
  part("person").hidden = withPerson;
  part("hint").hidden = part("attach").hidden = !withPerson;
  part("attach").disabled = files.busy;
  part("text").placeholder = t(withPerson ? "placeholderPerson" : "placeholder");
  part("person").disabled = chat.starting || asking;
  if (visible && !document.hidden && withPerson) chat.seen();
}

function arrived(message) {
  if (message.role === "agent" && sound.on && !(visible && document.hasFocus())) chime();
  if (visible && !document.hidden) return;
  unread += 1;
  page.tell("unread", { count: unread });
}

function seen() {
  unread = 0;
  page.tell("unread", { count: 0 });
  if (chat.withPerson) chat.seen();
}

let asking = false;
async function askForPerson() {
  if (asking || chat.starting) return;
  asking = true;
  changed();
  composer.say("");
  const note = composer.length <= Number(limit) ? composer.value : "";
  try {
    await chat.handOff(note);
    if (composer.value === note) composer.clear(); // else they wrote on
    view.toEnd(); // where it says when somebody answers, however far up an answer is read
  } catch (failure) {
    composer.say(failure.status === 429 ? t("tooMany") : t("personFailed"));
  }
  asking = false;
  changed();
}

const drawerOf = (token) => new Drawer(site, subjectOf(token));
let begun = false;
async function begin(token, { forget = false, code = forget ? null : chat.code } = {}) {
  closeSheets();
  view.clear();
  const early = !begun && composer.typedEnter; // what was typed while this still came is not lost
  if (begun) composer.put("");
  begun = true;
  unread = 0;
  const drawer = drawerOf(token);
  if (token || forget) drawer.clearOthers();
  if (forget) drawer.set(null);
  await chat.start(drawer, token, { code });
  if (early) composer.submit((words) => chat.send(words));
  else if (!composer.text.value) composer.put(chat.drawer.get()?.unsent || "");
}

function closeSheets() {
  for (const sheet of [source, devices, renewal]) sheet?.close();
}

async function renew() {
  view.clear();
  await chat.renew();
  part("text").focus();
}

function focusIn() {
  const touch = matchMedia("(pointer: coarse)").matches;
  (touch ? part("company") : part("text")).focus({ preventScroll: true }); // no keyboard jumps up on a phone
}

function label() {
  const name = (id, key, picture) => {
    part(id).setAttribute("aria-label", t(key));
    part(id).title = t(key);
    part(id).replaceChildren(icon(picture));
  };
  name("close", "close", "close");
  name("menu-button", "more", "more");
  name("send", "send", "send");
  name("attach", "attach", "clip");
  part("mark").replaceChildren([...company][0] || "");
  part("person").replaceChildren(icon("person"), t("talkToPerson"));
  part("hint").textContent = t("hint");
  part("newer").replaceChildren(icon("down"), t("newMessages"));
  part("earlier").textContent = t("earlier");
  part("new-conversation").textContent = t("newConversation");
  part("other-device").textContent = t("otherDevice");
  part("sound").textContent = t("sound");
  part("sound").setAttribute("aria-checked", String(sound.on));
  part("text-label").textContent = t("yourMessage");
  part("composer").setAttribute("aria-label", t("yourMessage"));
  part("log").setAttribute("aria-label", t("conversation"));
  part("scroll").setAttribute("aria-label", t("conversation"));
  part("disclosure").textContent = t("disclosure");
  document.title = t("title", { company });
  part("close").hidden = !page.embedded;
}

part("close").addEventListener("click", () => page.tell("close"));
part("person").addEventListener("click", askForPerson);
part("new-conversation").addEventListener("click", () => {
  menu.show(false);
  if (chat.unfinished) renewal.ask();
  else renew();
});
part("other-device").addEventListener("click", () => {
  menu.show(false);
  if (!chat.starting) showDevices().catch(() => composer.say(t("linkFailed")));
});
part("sound").addEventListener("click", () => {
  sound.on = !sound.on;
  part("sound").setAttribute("aria-checked", String(sound.on));
  if (sound.on) chime();
});
document.addEventListener("visibilitychange", () => { if (visible && !document.hidden) seen(); });
trap(document.body, () => {
  if (menu.open) menu.leave(); else page.tell("close");
}, () => document.querySelector("dialog[open]") || menu.open);
window.visualViewport?.addEventListener("resize", () => view.toEnd());

page.listen({
  start: (data) => {
    visible = Boolean(data.open);
    address = data.page || "";
    begin(data.identity, { forget: data.forget, code: data.code });
    if (visible) focusIn();
  },
  opened: (data) => { visible = true; seen(); view.toEnd(); if (data.focus) focusIn(); },
  closed: () => { visible = false; closeSheets(); menu.show(false); },
  identify: ({ token }) => { if (!chat.vouch(drawerOf(token), token)) begin(token); },
  signOut: () => begin(null, { forget: true }),
});
if (page.embedded) page.tell("ready");
else begin(null, { code: page.takeCode() });
