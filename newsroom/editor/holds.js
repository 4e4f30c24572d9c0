// What stands in the way, said above the text: who holds a part, who asks for it, what was taken over, what both wrote.
import { $, button, h, icon, tell, time, who } from "./dom.js";
import { holdState } from "./presence.js";

const PATIENCE = 30_000; // an ask without an answer is granted

const called = { headline: "the headline", body: "the body", pictures: "the lead picture", filing: "the filing" };
const first = (p) => (p?.name ?? "Somebody").split(" ")[0];

function ago(idle) {
  const s = Math.max(0, Math.round(idle ?? 0));
  if (s < 60) return `${s} ${s === 1 ? "second" : "seconds"} ago`;
  return `${Math.round(s / 60)} ${Math.round(s / 60) === 1 ? "minute" : "minutes"} ago`;
}

export class Holds {
  constructor(app) {
    Object.assign(this, { app, box: $("holds"), was: {}, taken: {}, asked: {}, key: "", spoken: "" });
  }

  // seen looks at what the last beat told. It gives the parts that this window may not write now.
  seen(seen) {
    const { tab } = this.app, locked = {};
    for (const part of Object.keys(called)) {
      const hold = seen.holds?.[part], state = holdState(hold, tab, this.app.person.id);
      const had = this.was[part] === tab, lost = had && hold?.tab && hold.tab !== tab;
      if (lost) this.taken[part] = { by: hold.by, at: hold.since };
      if (hold?.tab === tab || !hold?.tab) delete this.taken[part];
      this.was[part] = hold?.tab ?? "";
      if (state !== "asked") delete this.asked[part];
      else if (Date.now() - (this.asked[part] ??= Date.now()) > PATIENCE) this.app.presence.send(part, {});
      if (state === "mine-elsewhere" && (this.app.dead(hold.tab) || hold.present === false)) {
        if (this.app.dead(hold.tab)) this.app.takeOver(part); // a window of this browser that crashed
        continue;
      }
      locked[part] = ["theirs", "asked", "mine-elsewhere"].includes(state) && !(hold.idle >= 120);
    }
    this.draw(seen);
    return locked;
  }

  draw(seen = this.app.presence.seen ?? {}) {
    const strips = Object.keys(called).map((part) => this.strip(part, seen.holds?.[part])).filter(Boolean);
    const key = strips.map((s) => s.key).join("|");
    this.box.hidden = strips.length === 0;
    if (key === this.key) {
      for (const s of strips) { const p = this.box.querySelector(`[data-strip="${s.part}"] .ago`); if (p && s.ago) p.textContent = s.ago; }
      return;
    }
    const inside = this.box.contains(document.activeElement);
    this.key = key;
    this.box.replaceChildren(...strips.map((s) => h("div", { class: "hold", "data-strip": s.part }, s.sign, h("p", {}, h("strong", {}, s.strong), " ", h("span", { class: "ago" }, s.ago ?? s.rest)), s.buttons)));
    if (inside) (this.box.querySelector("button") ?? this.app.view.dom).focus({ preventScroll: true });
    const words = strips.map((s) => `${s.strong} ${s.rest ?? ""}`).join(" ");
    if (words && words !== this.spoken) tell(words);
    this.spoken = words;
  }

  // remind says again why nothing can be written.
  remind() {
    if (this.spoken) tell(this.spoken);
    this.box.querySelector(".hold")?.animate?.({ opacity: [0.3, 1] }, matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 200);
  }

  // reads tells those who may only read so, once, and who writes.
  reads(part, hold) {
    if (part !== "body") return null;
    const by = hold?.tab && hold.by, writes = by ? `${by.name} writes in it.` : "";
    return { key: `reads ${by?.id ?? ""}`, part, sign: icon("note"), strong: "You read along.", rest: `It is not yours to change. ${writes}`.trim(), buttons: [] };
  }

  strip(part, hold) {
    const { app } = this;
    if (app.may.write === false) return this.reads(part, hold);
    const p = app.parts[part], state = holdState(hold, app.tab, app.person.id), name = called[part];
    const make = (key, sign, strong, rest, buttons = [], more = {}) => ({ key: `${part} ${key}`, part, sign, strong, rest, buttons, ...more });
    if (p.stop === "both") {
      const by = p.theirs?.by;
      return make(`both ${by?.id}`, icon("both"), by?.id && String(by.id) === String(app.person.id) ? `You wrote ${name} in two windows.` : `You and ${first(by)} both wrote ${name}.`, "Nothing is lost; nothing is mixed yet.", [button("See both", () => app.merge(part))]);
    }
    const ask = (what) => app.presence.send(part, what);
    if (state === "asking") {
      const by = hold.asked.by;
      return make(`asking ${by?.id}`, who(by ?? {}, true), `${first(by)} asks for ${name}.`, "What you wrote is saved.", [button("Give it", async () => { await p.hurry(); ask({ give: true }); }), button("Not yet", () => ask({ keep: true }))]);
    }
    if (state === "mine-elsewhere" && (app.dead(hold.tab) || hold.present === false)) return null;
    if (state === "mine-elsewhere") {
      return make("elsewhere", who(app.person, true), `You hold ${name} in another window,`, `since ${time(hold.since)}.`, [button("Write here", () => app.takeOver(part))]);
    }
    if (state === "asked") {
      const until = time(new Date(hold.asked.at).getTime() + 30_000, true);
      return make(`asked ${until}`, who(hold.by ?? {}, true), `You asked ${first(hold.by)} for ${name}.`, `It is yours when the answer comes, or at ${until} without one.`, [button("Never mind", () => ask({ unask: true }))]);
    }
    if (state === "theirs") {
      const took = this.taken[part];
      const refused = hold.asked?.tab === app.tab && hold.asked?.no;
      const says = hold.idle >= 120 ? "Nothing was typed for two minutes; write, and it is yours." : refused ? "Not yet, was the answer." : `Last typed ${ago(hold.idle)}.`;
      if (took) {
        return make(`taken ${took.at}`, who(took.by ?? {}, true), `${first(took.by)} took ${name} over at ${time(took.at, true)}.`, "Your text is kept as a version.", [h("a", { class: "btn", href: `${app.base}/versions` }, "Compare"), button("Ask for it", () => app.takeOver(part))]);
      }
      return make(`theirs ${hold.by?.id} ${hold.idle >= 120} ${refused}`, who(hold.by ?? {}, true), `${hold.by?.name ?? "Somebody"} holds ${name}.`, says, [button(hold.idle >= 120 ? "Take it" : "Ask for it", () => app.takeOver(part))], { ago: `${says} You can read along and leave notes.` });
    }
    return null;
  }
}
