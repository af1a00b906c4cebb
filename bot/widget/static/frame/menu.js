// Owns the chat's menu: arrow keys go round in it, Tab and Escape leave it. Refuses to know what its entries do.
export class Menu {
  constructor(button, list) {
    Object.assign(this, { button, list });
    button.addEventListener("click", () => this.show(!this.open));
    list.addEventListener("keydown", (event) => this.pressed(event));
    addEventListener("pointerdown", ({ target }) => { if (!list.contains(target) && !button.contains(target)) this.show(false); });
  }

  get open() {
    return !this.list.hidden;
  }

  show(open) {
    this.list.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
    if (open) this.list.firstElementChild.focus();
  }

  leave() {
    this.show(false);
    this.button.focus();
  }

  pressed(event) {
    if (event.key === "Tab") return this.leave(); // and on from the button
    const entries = [...this.list.children];
    const at = entries.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    entries.at(to % entries.length).focus();
  }
}
