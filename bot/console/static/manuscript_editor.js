// Owns the text being written: saved by itself, kept in this browser until it is. Refuses to save over somebody else.
import { post } from './desk_api.js';

const PAUSE_MS = 1000;
const PREFIX = 'answerdesk:draft:article:';
const find = (name) => document.getElementById(name);

const value = (field, typed = field.value) => {
  if (!('list' in field.dataset)) return typed;
  return typed.split(field.dataset.list || '\n').map((part) => part.trim()).filter(Boolean);
};

// As all times on the page.
export const utc = (at) => `${new Date(at).toISOString().slice(11, 16)} UTC`;

// What the service sent, whatever was typed before this script ran or a browser filled in by itself.
const sent = (field) => {
  if (!field.options) return field.defaultValue;
  return ([...field.options].find((option) => option.defaultSelected) || field.options[0]).value;
};

export class Editor {
  constructor(id, version, state, saved) {
    this.path = `/v1/manuscripts/${id}`;
    this.key = PREFIX + id;
    this.version = version;
    this.state = state;
    this.saved = saved;
    this.fields = [...document.querySelectorAll('[data-field]')];
    this.body = find('body');
    this.known = {
      fields: Object.fromEntries(this.fields.map((field) => [field.dataset.field, value(field, sent(field))])),
      body: sent(this.body),
    };
    this.saving = null;
    this.stuck = false;
    for (const field of [...this.fields, this.body]) field.addEventListener('input', () => this.typed());
    addEventListener('beforeunload', (event) => {
      if (this.isChanged() && !this.left) event.preventDefault();
    });
    this.offerUnsaved();
    if (this.isChanged()) this.typed();
  }

  now() {
    const fields = Object.fromEntries(this.fields.map((field) => [field.dataset.field, value(field)]));
    return { fields, body: this.body.value };
  }

  isChanged() {
    return JSON.stringify(this.now()) !== JSON.stringify(this.known);
  }

  typed() {
    localStorage.setItem(this.key, JSON.stringify({ ...this.raw(), version: this.version }));
    if (!this.stuck && this.state === 'review') this.askToTakeBack();
    find('kept').textContent = this.stuck ? 'Not saved.' : 'Saving…';
    clearTimeout(this.due);
    if (!this.stuck) this.due = setTimeout(() => this.flush(), PAUSE_MS);
  }

  // True when everything is with the service.
  async flush() {
    clearTimeout(this.due);
    while (this.saving) await this.saving;
    if (this.stuck) return false;
    if (!this.isChanged()) return true;
    this.saving = this.save(this.now());
    const done = await this.saving;
    this.saving = null;
    return done && (this.isChanged() ? this.flush() : true);
  }

  async save(sent) {
    const changed = Object.entries(sent.fields).filter(([name, now]) => JSON.stringify(now) !== JSON.stringify(this.known.fields[name]));
    const body = sent.body === this.known.body ? null : sent.body;
    try {
      const done = await post(this.path, { version: this.version, fields: Object.fromEntries(changed), body });
      this.version = done.manuscript.version;
      this.state = done.manuscript.state;
      this.known = sent;
      this.show(done);
      if (!this.isChanged()) localStorage.removeItem(this.key);
      this.saved();
      return true;
    } catch (error) {
      this.refused(error);
      return false;
    }
  }

  refused(error) {
    find('kept').textContent = `Not saved: ${error.message}`;
    if (error.status === 409) {
      this.stuck = true;
      find('conflict-said').textContent = error.message;
      find('conflict').hidden = false;
      find('keep-mine').focus();
    } else if (error.status === 0 || error.status >= 500) {
      this.due = setTimeout(() => this.flush(), 5 * PAUSE_MS);
    }
  }

  // A save makes a draft of what waits for a reviewer: that is for its author to say.
  askToTakeBack() {
    this.stuck = true;
    find('reviewing').hidden = false;
  }

  takeBack() {
    this.stuck = false;
    this.state = 'draft';
    find('reviewing').hidden = true;
    find('kept').textContent = 'Saving…';
    this.flush();
  }

  saveOver(version) {
    this.version = version;
    this.stuck = false;
    find('conflict').hidden = true;
    // All of it: the other may have changed what this page has not.
    this.known = { fields: {}, body: null };
    this.flush();
  }

  show({ manuscript, findings }) {
    find('kept').textContent = `Saved at ${utc(Date.now())}.`;
    find('heading').textContent = manuscript.title;
    const places = new Set([...document.querySelectorAll('[data-wrong]')].map((place) => place.dataset.wrong));
    for (const place of document.querySelectorAll('[data-wrong]')) {
      const name = place.dataset.wrong;
      const here = findings.filter((each) => (places.has(each.place) ? each.place : 'body') === name);
      const said = (each) => (each.excerpt ? `“${each.excerpt}”: ${each.message}` : each.message);
      place.textContent = here.map(said).join('\n');
      const field = find(`field-${name}`) || this.body;
      if (here.some((each) => each.blocks)) field.setAttribute('aria-invalid', 'true');
      else field.removeAttribute('aria-invalid');
    }
  }

  raw() {
    return { fields: Object.fromEntries(this.fields.map((field) => [field.dataset.field, field.value])), body: this.body.value };
  }

  offerUnsaved() {
    const kept = localStorage.getItem(this.key);
    if (!kept) return;
    const { version, ...text } = JSON.parse(kept);
    if (JSON.stringify(text) === JSON.stringify(this.raw())) return;
    find('unsaved').hidden = false;
    find('put-back').addEventListener('click', () => {
      const { fields, body } = text;
      // The version it was written on: who saved since is asked about, not saved over.
      this.version = version || this.version;
      for (const field of this.fields) if (field.dataset.field in fields) field.value = fields[field.dataset.field];
      this.body.value = body;
      find('unsaved').hidden = true;
      this.typed();
    });
    find('throw-away').addEventListener('click', () => {
      localStorage.removeItem(this.key);
      find('unsaved').hidden = true;
    });
  }

  forget() {
    this.left = true;
    clearTimeout(this.due);
    localStorage.removeItem(this.key);
  }

  leave() {
    this.forget();
    location.reload();
  }
}
