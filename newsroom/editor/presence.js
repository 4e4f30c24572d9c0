// Who else is here, and who holds which part.
const BEAT = 4000, GONE = 8000;

export class Presence {
  // ask as asker makes it; where() names the part this window is in.
  constructor({ ask, tab, where, timers, onseen, onstate }) {
    Object.assign(this, { ask, tab, where, timers, onseen, onstate, timer: 0, seen: null, closed: false });
  }

  start() {
    this.beat();
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.soon(); });
  }

  stop() {
    this.closed = true;
    this.timers.clear(this.timer);
  }

  // soon beats now: after an answer that changes who holds what.
  soon() {
    this.timers.clear(this.timer);
    this.beat();
  }

  async beat() {
    if (this.closed || this.beating) return;
    this.beating = true;
    try {
      const { status, json } = await this.ask("POST", "presence", { tab: this.tab, part: this.where() }, { patience: GONE });
      if (status === 200) this.onseen((this.seen = json));
      this.onstate(status);
    } catch {
      this.onstate(0);
    }
    this.beating = false;
    this.timers.clear(this.timer);
    this.timer = this.timers.set(() => this.beat(), BEAT);
  }

  hold(part) { return this.seen?.holds?.[part] ?? null; }

  // theirs tells whether somebody else's window holds the part.
  theirs(part) {
    const hold = this.hold(part);
    return Boolean(hold && hold.tab && hold.tab !== this.tab);
  }

  send(part, what) {
    return this.ask("POST", `hold/${part}`, { tab: this.tab, ...what }).then((r) => (this.soon(), r)).catch(() => ({ status: 0 }));
  }
}

// holdState says in one word how a part stands for this window: "" nobody in the way, "theirs", "asked" (we asked), "asking"
// (they ask us), "mine-elsewhere" (our own other window).
export function holdState(hold, tab, person) {
  if (!hold?.tab) return "";
  if (hold.tab === tab) return hold.asked?.tab && hold.asked.tab !== tab && !hold.asked.no ? "asking" : "";
  if (String(hold.by?.id ?? hold.by) === String(person)) return "mine-elsewhere";
  return hold.asked?.tab === tab && !hold.asked.no ? "asked" : "theirs";
}
