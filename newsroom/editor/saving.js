// One part of the article on its way to the server: what the server has, what is being sent, what was typed since.
// It sends by itself, waits where it must, and never lets go of a text before the server said that it has it.
import { canon } from "./journal.js";
import { patchOf } from "./patch.js";

export const SOON = 700; // milliseconds from a key to sending
const WAITS = [1000, 2000, 4000, 8000, 15000];

// How a part's value goes out, and when it is the same.
export const asBlocks = {
  differs: (was, now) => was !== now && patchOf(was, now) !== null,
  put: (was, now) => patchOf(was, now) ?? { changed: [now[0]] },
  whole: (value) => ({ value: { type: "doc", attrs: { schema: 1 }, content: value } }),
};
export const asFields = {
  differs: (was, now) => was !== now && canon(was) !== canon(now),
  put: (_, now) => ({ value: now }),
  whole: (value) => ({ value }),
};

// Part. states: "saved", "going", "offline", "starting", "signin", "held", "both", "refused", "gone".
export class Part {
  // ask(method, path, body) -> {status, json}, or throws where nobody answered.
  // read(json) makes a value of what the server sent.
  constructor({ name, seq, value, at, as, read, tab, ask, journal, timers }) {
    Object.assign(this, { name, seq, acked: value, current: value, at, as, read, tab, ask, journal, timers });
    Object.assign(this, { flying: null, timer: 0, failures: 0, stop: "", why: "", theirs: null, since: 0, asided: null });
    this.listeners = [];
    journal.begin(name, value, seq);
  }

  get dirty() { return this.as.differs(this.acked, this.current); }
  get state() { return this.stop || (this.flying || this.dirty ? "going" : "saved"); }
  on(fn) { this.listeners.push(fn); }
  tell(what) { for (const fn of this.listeners) fn(this, what); }

  // change takes what was typed.
  change(value) {
    if (value === this.current) return;
    this.current = value;
    this.since ||= this.timers.now();
    this.journal.changed(this.name, value);
    this.plan(this.stop === "refused" ? 5000 : SOON);
    this.tell("change");
  }

  plan(wait) {
    if (this.flying?.done || this.timer || this.waitsForPerson) return;
    this.timer = this.timers.set(() => { this.timer = 0; this.push(); }, wait);
  }

  get waitsForPerson() { return ["signin", "held", "gone"].includes(this.stop); }

  // hurry sends what waits, now; it settles when the server answered or could not.
  async hurry() {
    this.timers.clear(this.timer);
    this.timer = 0;
    if (this.flying) await this.flying.done;
    if (this.dirty && !this.waitsForPerson) await this.push();
  }

  // resume is called when what stood in the way may be gone: signed in, connected, the hold given.
  resume() {
    if (this.stop !== "both") this.stop = "";
    this.failures = 0;
    this.timers.clear(this.timer);
    this.timer = 0;
    this.plan(0);
    this.tell("state");
  }

  push() {
    if (this.flying?.done) return this.flying.done;
    const unsure = this.flying; // sent before, and nobody knows whether it came
    if (!unsure && !this.dirty) return this.settle();
    this.flying = unsure ?? { base: this.seq, value: this.current, was: this.acked, n: this.count() };
    const done = this.send(this.flying).catch((err) => this.broken(err)).finally(() => {
      if (this.flying) this.flying.done = null;
      this.tell("state");
    });
    this.flying.done = done;
    this.tell("state");
    return done;
  }

  // count numbers the writes of this window, so that one that comes late is known as such.
  count() { return (this.n = Math.max((this.n ?? 0) + 1, this.timers.now())); }

  settle() {
    this.stop = this.stop === "both" ? "both" : "";
    this.tell("state");
    return Promise.resolve();
  }

  async send(flying) {
    await this.journal.flush(this.name);
    if (this.stop === "both") return this.sendAside(flying);
    const about = { tab: this.tab, base: flying.base, n: flying.n };
    // What was put beside while another held the part is taken from there again.
    if (this.asided !== null) return this.answer(flying, await this.ask("POST", `merge/${this.name}`, { ...about, ...this.as.whole(flying.value) }));
    let answer = await this.ask("PUT", `text/${this.name}`, { ...about, ...this.as.put(flying.was, flying.value) });
    if (answer.status === 422 && answer.json?.whole) answer = await this.ask("PUT", `text/${this.name}`, { ...about, ...this.as.whole(flying.value) });
    this.answer(flying, answer);
    if (this.stop === "held") await this.sendAside({ ...flying, n: this.count() });
  }

  answer(flying, { status, json }) {
    if (status === 200) return this.saved(flying.value, json.seq, json.at);
    if (status === 409) return this.refusedFor(flying, json);
    this.fail(status, json);
  }

  saved(value, seq, at) {
    Object.assign(this, { acked: value, seq, at, flying: null, failures: 0, stop: "", why: "", asided: null });
    this.since = this.dirty ? this.timers.now() : 0;
    this.journal.saved(this.name, value, seq);
    this.tell("saved");
    if (this.dirty) this.plan(SOON);
  }

  // refusedFor: somebody else's text stands there. If it is what we sent (the answer was lost), all is well.
  refusedFor(flying, json) {
    const theirs = this.read(json.value);
    if (!this.as.differs(theirs, flying.value)) return this.saved(flying.value, json.seq, json.at);
    this.flying = null;
    this.both({ seq: json.seq, value: theirs, by: json.by, at: json.at }, this.acked);
  }

  // both: both wrote. Ours goes beside theirs; nothing is mixed until a person chose.
  both(theirs, base) {
    Object.assign(this, { theirs, base, stop: "both", flying: null });
    this.tell("both");
    this.plan(0);
  }

  async sendAside(flying) {
    if (this.asided === flying.value) return void (this.flying = null);
    const body = { tab: this.tab, base: flying.base, n: flying.n, ...this.as.whole(flying.value) };
    const { status, json } = await this.ask("PUT", `aside/${this.name}`, body);
    if (status !== 200) return this.fail(status, json);
    Object.assign(this, { asided: flying.value, flying: null, failures: 0, asideAt: json?.at ?? this.asideAt });
    if (this.current !== this.asided) this.plan(SOON);
  }

  // resolve sends the merged text.
  async resolve(value) {
    if (this.flying?.done) await this.flying.done;
    const body = { tab: this.tab, base: this.theirs.seq, n: this.count(), aside: this.asideOf ?? this.tab, ...this.as.whole(value) };
    const { status, json } = await this.ask("POST", `merge/${this.name}`, body);
    if (status === 200) {
      this.current = value;
      this.journal.changed(this.name, value);
      this.theirs = null;
      this.saved(value, json.seq, json.at);
      return true;
    }
    if (status === 409) this.both({ seq: json.seq, value: this.read(json.value), by: json.by, at: json.at }, this.base);
    else this.fail(status, json);
    return false;
  }

  // adopt takes over what the server has, where nothing of ours waits.
  adopt(value, seq, at) {
    if (this.dirty || this.flying || this.stop === "both" || seq <= this.seq) return false;
    Object.assign(this, { acked: value, current: value, seq, at });
    this.journal.same(this.name, value, seq);
    this.tell("adopted");
    return true;
  }

  // same takes other objects that say what the server has.
  same(value) {
    this.acked = this.current = value;
    this.journal.same(this.name, value, this.seq);
  }

  fail(status, json) {
    const stops = { 401: "signin", 403: "refused", 404: "gone", 413: "refused", 423: "held" };
    if (stops[status]) {
      if (status === 423) this.holder = json;
      this.flying = null; // it is certain that this did not come
      this.halt(stops[status], json?.says ?? json?.error ?? "");
    } else if (status >= 500 || status === 429) {
      this.halt("starting");
      this.later();
    } else {
      this.flying = null;
      this.halt("refused", json?.says ?? json?.error ?? `The server answered ${status}.`);
    }
  }

  broken() {
    this.halt("offline");
    this.later();
  }

  halt(state, why = "") {
    if (this.stop !== "both" || state === "signin") this.stop = state;
    this.why = why;
    this.tell("state");
  }

  later() {
    const wait = WAITS[Math.min(this.failures++, WAITS.length - 1)];
    this.timers.clear(this.timer);
    this.timer = this.timers.set(() => { this.timer = 0; this.push(); }, wait);
  }
}
