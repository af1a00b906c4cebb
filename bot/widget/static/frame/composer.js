// Owns the text field: Enter sends, Shift+Enter breaks the line, a word being composed is left alone. Refuses to send twice.
import { t } from "./words.js";

const WARN_FROM = 0.8;
// White space and characters without a shape say nothing.
const SHOWS = /[^\s\p{DI}\p{Cc}\p{Cf}\u2800]/u;

export class Composer {
  constructor({ form, text, send, count, limit }, onSend, onWriting) {
    Object.assign(this, { form, text, send, count, limit });
    form.addEventListener("submit", (event) => { event.preventDefault(); this.submit(onSend); });
    text.addEventListener("keydown", (event) => {
      // keyCode 229 is how older engines say that an input method is at work.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      if (!event.repeat) this.submit(onSend);
    });
    text.addEventListener("input", () => {
      this.say("");
      onWriting(this.text.value);
    });
    this.onWriting = onWriting;
    this.fit();
  }

  get value() {
    return SHOWS.test(this.text.value) ? this.text.value.trim() : "";
  }

  get typedEnter() {
    return this.text.value.endsWith("\n");
  }

  // The service counts Unicode characters.
  get length() {
    return [...this.value].length;
  }

  submit(onSend) {
    const said = this.value;
    if (!said || this.length > this.limit || this.locked) return;
    this.clear();
    onSend(said);
  }

  clear() {
    this.put("");
    this.onWriting("");
  }

  /** Write into the field what nobody types now. */
  put(text) {
    this.text.value = text;
    this.fit();
  }

  /** A sentence under the text field, until the next key. */
  say(problem) {
    this.problem = problem;
    this.fit();
  }

  lock(locked) {
    this.locked = locked;
    this.fit();
  }

  fit() {
    this.text.style.height = "auto";
    this.text.style.height = Math.min(this.text.scrollHeight, 132) + "px";
    const length = this.length;
    const over = length > this.limit;
    this.send.disabled = !length || over || Boolean(this.locked);
    const near = length > this.limit * WARN_FROM;
    this.count.textContent = near ? t(over ? "tooLong" : "count", { length, limit: this.limit }) : this.problem || "";
    this.count.classList.toggle("over", over || Boolean(this.problem));
    this.text.setAttribute("aria-invalid", String(over));
  }
}
