// A clock that a test moves by hand.
export class Clock {
  constructor() {
    Object.assign(this, { at: 1_000_000, waiting: [], next: 1 });
    this.now = () => this.at;
    this.set = (fn, ms) => (this.waiting.push({ id: this.next, at: this.at + ms, fn }), this.next++);
    this.clear = (id) => { this.waiting = this.waiting.filter((w) => w.id !== id); };
  }

  // pass lets time go by, and lets promises settle in between.
  async pass(ms) {
    const end = this.at + ms;
    for (;;) {
      await settle();
      const due = this.waiting.filter((w) => w.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.clear(due.id);
      this.at = Math.max(this.at, due.at);
      due.fn();
    }
    this.at = end;
    await settle();
  }
}

export const settle = () => new Promise((resolve) => setImmediate(resolve));

export const p = (id, text) => ({ type: "paragraph", attrs: { id }, ...(text ? { content: [{ type: "text", text }] } : {}) });
