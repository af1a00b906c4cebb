// Owns the stored messages in their order. Refuses to sort them anew each time they are looked at: there may be thousands.
export class Transcript {
  constructor() {
    this.inOrder = [];
    this.ids = new Set();
  }

  get size() {
    return this.inOrder.length;
  }

  has(id) {
    return this.ids.has(id);
  }

  /** A new one nearly always belongs at the end; one that is known is replaced. */
  put(message) {
    const before = this.inOrder.findLastIndex((each) => each.id <= message.id);
    this.inOrder.splice(before + 1 - this.has(message.id), Number(this.has(message.id)), message);
    this.ids.add(message.id);
  }

  newest(fits) {
    return this.inOrder.findLast(fits);
  }
}
