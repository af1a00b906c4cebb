// Owns sending a file and saving one that came. Refuses to show one: it is only ever saved.
import { Failure } from "./api.js";
import { pause } from "./chat.js";
import { t } from "./words.js";

const LARGEST = 5_000_000;
const TRIES = 3;

export class Files {
  /** `say(sentence)` tells what became of the file, `send(file, clientId)` sends it, `fetch(id)` gives its bytes. */
  constructor({ button, input }, { say, send, fetch, onChange }) {
    Object.assign(this, { button, input, say, send, fetch, onChange });
    this.busy = false;
    button.addEventListener("click", () => input.click());
    input.addEventListener("change", () => this.picked());
  }

  async picked() {
    const [file] = this.input.files;
    this.input.value = ""; // the same file may be picked again
    if (!file || this.busy) return;
    if (!file.size) return void this.say(t("fileEmpty"));
    if (file.size > LARGEST) return void this.say(t("fileTooLarge"));
    this.working(true);
    this.say(t("sending"));
    try {
      await this.deliver(file, crypto.randomUUID?.() ?? String(Math.random()).slice(2));
      this.say("");
    } catch (failure) {
      this.say(failure.status === 429 ? t("tooMany") : failure.status < 500 && failure.message || t("notSent"));
    }
    this.working(false);
    this.button.focus();
  }

  // Sent again under the same client id it is the same message.
  async deliver(file, clientId) {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.send(file, clientId);
      } catch (failure) {
        const again = failure instanceof Failure && failure.passing && failure.status !== 429 && attempt < TRIES;
        if (!again) throw failure;
        await pause(600 * 2 ** attempt);
      }
    }
  }

  working(busy) {
    this.busy = busy;
    this.onChange();
  }

  async save({ id, name }) {
    try {
      const address = URL.createObjectURL(await this.fetch(id));
      const link = document.createElement("a");
      link.href = address;
      link.download = name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(address), 60_000);
    } catch {
      this.say(t("fileFailed"));
    }
  }
}

const UNITS = ["B", "kB", "MB"];

export function sizeOf(bytes) {
  let size = bytes;
  let unit = 0;
  while (size >= 1000 && unit < UNITS.length - 1) { size /= 1000; unit += 1; }
  return `${size < 10 && unit ? size.toFixed(1) : Math.round(size)} ${UNITS[unit]}`;
}
