// The journal: what was typed, kept on this computer within a second, until the server has it.
// It is a list of entries that only grows, one list for each window and part, and is made short again by one whole entry.
import { apply, patchOf } from "./patch.js";

const LONG = 200; // entries after which a list is made short
export const WITHIN = 300; // milliseconds from a key to the journal

// A value is a list of blocks (the body) or an object of fields. Entries: {key, article, person, tab, part, at, base, and
// `value` (with `from`, the server's text at base) or `patch`, or `clean`: the server has it}.
export class Journal {
  // store keeps entries: add(entry) -> key, list(article) -> entries in order, swap(keys, entry) in one step, drop(keys).
  constructor(store, { article, person, tab, timers }) {
    Object.assign(this, { store, article, person, tab, timers, lists: new Map(), works: true, onchange: () => {} });
  }

  // part is called before the first change, with what the server has.
  begin(part, value, base) {
    this.lists.set(part, { last: null, from: value, now: value, base, keys: [], timer: 0, writing: Promise.resolve() });
  }

  // changed takes note of a value; it is in the journal within WITHIN.
  changed(part, value) {
    const l = this.lists.get(part);
    l.now = value;
    l.timer ||= this.timers.set(() => this.write(part), WITHIN);
  }

  // behind tells whether something is not in the journal yet.
  behind() {
    return !this.works || [...this.lists.values()].some((l) => l.timer !== 0 || l.pending);
  }

  // flush writes what waits, at once.
  flush(part) {
    const parts = part ? [part] : [...this.lists.keys()];
    return Promise.all(parts.map((p) => (this.lists.get(p).timer ? this.write(p) : this.lists.get(p).writing)));
  }

  write(part) {
    const l = this.lists.get(part);
    this.timers.clear(l.timer);
    l.timer = 0;
    const entry = this.entry(part, l);
    l.last = l.now;
    if (!entry) return l.writing;
    l.pending = (l.pending ?? 0) + 1;
    l.writing = l.writing.then(() => this.keep(l, entry)).finally(() => { l.pending--; });
    return l.writing;
  }

  entry(part, l) {
    const about = { article: this.article, person: this.person, tab: this.tab, part, at: this.timers.now(), base: l.base };
    if (!l.last) return { ...about, value: l.now, from: l.from };
    if (!Array.isArray(l.now)) return { ...about, value: l.now };
    const patch = patchOf(l.last, l.now);
    return patch && { ...about, patch };
  }

  async keep(l, entry) {
    try {
      if (l.keys.length > LONG) entry = { ...entry, patch: undefined, value: l.last, from: l.from };
      const whole = l.keys.length > LONG;
      const key = whole ? await this.store.swap(l.keys, entry) : await this.store.add(entry);
      l.keys = whole ? [key] : [...l.keys, key];
      this.set(true);
    } catch (err) {
      this.set(false, err);
    }
  }

  set(works, err) {
    if (this.works === works) return;
    this.works = works;
    this.onchange(works, err);
  }

  // saved says that the server has the value under seq; where nothing newer waits, the list is one entry that says so.
  async saved(part, value, seq) {
    const l = this.lists.get(part);
    l.base = seq;
    l.from = value;
    if (l.now !== value || l.timer || !l.keys.length) return;
    const about = { article: this.article, person: this.person, tab: this.tab, part, at: this.timers.now(), base: seq };
    l.last = null;
    l.writing = l.writing.then(() => this.keepClean(l, { ...about, clean: true, value }));
    await l.writing;
  }

  // same says that the text now is what the server has under seq, not something typed here.
  same(part, value, seq) {
    const l = this.lists.get(part);
    this.timers.clear(l.timer);
    Object.assign(l, { now: value, timer: 0, last: null, base: seq, from: value });
    return this.saved(part, value, seq);
  }

  async keepClean(l, entry) {
    try {
      l.keys = [await this.store.swap(l.keys, entry)];
    } catch (err) {
      this.set(false, err);
    }
  }

  // found lists what earlier windows left: see recover. Windows for which alive(tab) holds are left alone.
  async found(server, alive) {
    let entries = [];
    try {
      entries = await this.store.list(this.article);
    } catch (err) {
      this.set(false, err);
    }
    const mine = entries.filter((e) => e.person === this.person && !alive(e.tab));
    return recover(mine, server);
  }

  drop(keys) {
    return this.store.drop(keys).catch(() => {});
  }
}

// canon is JSON with the keys in order, to compare what went through other hands.
export function canon(v) {
  if (v === null || typeof v !== "object") return JSON.stringify(v) ?? "null";
  if (Array.isArray(v)) return `[${v.map(canon).join(",")}]`;
  return `{${Object.keys(v).filter((k) => v[k] !== undefined).sort().map((k) => `${JSON.stringify(k)}:${canon(v[k])}`).join(",")}}`;
}

// states plays a list of entries: every state the text was in.
function states(entries) {
  const out = [];
  let now = null;
  for (const e of entries) {
    if (e.value !== undefined) now = e.value;
    else if (now && e.patch) {
      try {
        now = apply(now, e.patch);
      } catch {
        continue; // an entry that does not fit is passed over; the next whole one sets it right
      }
    }
    if (now) out.push(now);
  }
  return out;
}

// recover compares what a journal holds with what the server has, {part: {seq, value}}, and tells for each list what to do:
// {part, keys, at, do: "drop"} the server has it; "send": nobody wrote since, or the server holds an earlier state of it;
// "both": somebody wrote since, `value` and `from` are for the merging view.
export function recover(entries, server) {
  const lists = new Map();
  for (const e of entries) {
    const id = `${e.tab} ${e.part}`;
    lists.set(id, [...(lists.get(id) ?? []), e]);
  }
  return [...lists.values()].map((list) => judge(list, server[list[0].part])).filter(Boolean);
}

function judge(list, server) {
  const last = list.at(-1), all = states(list);
  const found = { part: last.part, tab: last.tab, at: last.at, base: last.base, keys: list.map((e) => e.key) };
  if (!server || !all.length) return { ...found, do: "drop" };
  const value = all.at(-1), there = canon(server.value);
  if (canon(value) === there || (last.clean && server.seq >= last.base)) return { ...found, do: "drop" };
  const whole = { ...found, value, from: list.findLast((e) => e.from !== undefined)?.from ?? null };
  if (server.seq === last.base || all.some((s) => canon(s) === there)) return { ...whole, do: "send" };
  return { ...whole, do: "both" };
}
