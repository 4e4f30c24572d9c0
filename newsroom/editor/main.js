// The editor's page: it puts the parts together and lets each do its own.
import { $, dialog, h, idle, setZone, tell, time } from "./dom.js";
import { blocksOf, follow, newBody } from "./body.js";
import { askEmbed } from "./embeds.js";
import { Fields } from "./fields.js";
import { FindBar } from "./find.js";
import { Holds } from "./holds.js";
import { askInsert } from "./insert.js";
import { Journal } from "./journal.js";
import { askLink } from "./link.js";
import { Merging } from "./merging.js";
import { asker } from "./net.js";
import { newPanel, showPeople, showTab, stageField } from "./panel.js";
import { choose, pictureOf, putPictures } from "./pictures.js";
import { put } from "./commands.js";
import { plain, readDoc } from "./plain.js";
import { Presence } from "./presence.js";
import { Part, asBlocks, asFields } from "./saving.js";
import { schema } from "./schema.js";
import { SignIn } from "./session.js";
import { Status, clock, worst } from "./status.js";
import { openStore } from "./store.js";
import { tks } from "./checks.js";
import { newTools } from "./tools.js";
import { Pieces } from "./views.js";
import { minutes, wordsIn, wordsOf } from "./words.js";
import { ownTab } from "./windows.js";
import { nextTK, placesOf } from "./tk.js";
import { NodeSelection, TextSelection } from "prosemirror-state";

const timers = { set: (fn, ms) => setTimeout(fn, ms), clear: (id) => clearTimeout(id), now: () => Date.now() };
// places are the fields that checks name: an element of the sheet, or a tab of the panel and a field on it.
const places = {
  kicker: ["kicker"], headline: ["headline"], summary: ["summary"],
  sections: ["publishing", "f-filing-sections"], slug: ["publishing", "f-headline-slug"], seen: ["publishing", "f-filing-seen"], dateline: ["publishing", "f-filing-dateline"],
  search: ["publishing", "f-headline-search-title"], social: ["publishing", "f-headline-social-title"],
  bylines: ["people", "byline-add"], sources: ["sources", ""],
};
const readBlocks = (json) => readDoc(json).content.content.map(plain);

class App {
  constructor(state, store, { tab, alive, dead }) {
    Object.assign(this, { state, tab, alive, dead, person: state.person, may: state.may ?? {}, base: `/newsroom/article/${state.id}` });
    this.ask = asker(this.base);
    this.pieces = new Pieces();
    this.media = new Map(Object.entries(state.media ?? {}));
    this.headlines = new Map(Object.entries(state.headlines ?? {}));
    this.locked = {};
    this.store = store;
    this.journal = new Journal(store, { article: state.id, person: this.person.id, tab, timers });
    this.journal.works = store.keeps;
    this.signIn = new SignIn(this.ask, this.person, () => this.signedIn());
    this.status = new Status(() => this.signIn.open());
    this.reach = 200;
  }

  start() {
    this.openParts();
    this.fields = new Fields(this.parts, (part, value) => this.change(part, value));
    $("publish").hidden = !this.may.publish;
    $("thumbs").hidden = this.may.write === false;
    this.presence = new Presence({ ask: this.ask, tab: this.tab, where: () => this.where, timers, onseen: (s) => this.seen(s), onstate: (s) => this.reached(s) });
    this.where = "";
    this.view = newBody($("body"), this.parts.body.current, this);
    this.soon = idle(() => this.drawLate());
    this.holds = new Holds(this);
    this.sheet();
    this.panel = newPanel(this);
    this.tools = newTools(this);
    this.findBar = new FindBar(this.view);
    this.keys();
    this.windowEvents();
    this.direction();
    this.lockAll();
    this.count();
    this.show();
    this.soon();
    if (!this.locked.headline && !$("headline").value && !location.hash) $("headline").focus(); // a new article begins with its headline
    this.recover().then(() => this.presence.start());
    if (location.hash) this.goTo(decodeURIComponent(location.hash.slice(1)));
    setInterval(() => this.show(), 1000);
  }

  openParts() {
    this.parts = {};
    for (const [name, p] of Object.entries(this.state.parts)) {
      const body = name === "body", read = body ? readBlocks : (v) => v ?? {};
      const part = new Part({ name, seq: p.seq, value: read(p.value), at: p.at, as: body ? asBlocks : asFields, read, tab: this.tab, ask: this.ask, journal: this.journal, timers });
      part.on((_, what) => this.partTold(part, what));
      this.parts[name] = part;
    }
    this.journal.onchange = () => this.show();
  }

  // recover brings back what earlier windows left on this computer, and what waits beside on the server.
  async recover() {
    const server = Object.fromEntries(Object.values(this.parts).map((p) => [p.name, { seq: p.seq, value: p.acked }]));
    const found = await this.journal.found(server, this.alive).catch(() => []);
    for (const f of found.sort((a, b) => a.at - b.at)) await this.takeBack(f);
    for (const a of this.state.asides ?? []) this.takeAside(a);
    this.show();
  }

  async takeBack(found) {
    const part = this.parts[found.part];
    if (found.do === "drop" || !part) return this.journal.drop(found.keys);
    const both = found.do === "both" || part.dirty;
    if (both && !part.theirs) part.both({ seq: part.seq, value: part.acked, by: this.state.parts[part.name].by, at: part.at }, found.from);
    this.take(part, found.value);
    await this.journal.flush(part.name);
    await this.journal.drop(found.keys);
    tell(both ? "A text from this computer is not on the server. See both." : "What was typed here before is back, and goes to the server.");
    if (!both) this.toast(`What you typed at ${time(found.at)} was not on the server. It is back.`);
  }

  // takeAside: a text of ours that another window left beside what stands.
  takeAside(a) {
    const part = this.parts[a.part];
    if (!part || part.theirs || String(a.by?.id ?? a.by) !== String(this.person.id) || part.dirty || this.alive(a.tab)) return;
    part.both({ seq: part.seq, value: part.acked, by: this.state.parts[part.name].by, at: part.at }, a.from ? part.read(a.from) : null);
    part.asideOf = a.tab;
    this.take(part, part.read(a.value));
  }

  take(part, value) {
    if (part.name === "body") value = this.fill(value);
    part.change(value);
    if (part.name !== "body") this.fields.refresh(part.name, true);
  }

  // fill puts blocks into the text, and gives them as they then are.
  fill(blocks) {
    this.filling = true;
    follow(this.view, blocks);
    this.filling = false;
    return blocksOf(this.view.state.doc);
  }

  // change takes what was typed in a field of a part.
  change(name, value) {
    this.where = name;
    this.parts[name].change(value);
    if (name === "filing") this.direction();
    this.soon();
  }

  onbody(doc, tr) {
    if (!this.filling && !tr.getMeta("theirs")) {
      this.where = "body";
      this.parts.body.change(blocksOf(doc));
    }
    this.later ??= requestAnimationFrame(() => { this.later = null; this.count(); this.tools.show(this.view.state); });
    this.soon();
  }

  onselection() {
    this.later ??= requestAnimationFrame(() => { this.later = null; this.count(); this.tools.show(this.view.state); });
  }

  mayWrite() { return !this.locked.body && this.may.write !== false; }

  partTold(part, what) {
    if (what === "adopted") this.adopted(part);
    if (what === "both") { this.holds.draw(); this.lockAll(); }
    if (what === "saved" && part.theirs === null) this.holds?.draw();
    if (what === "state" && part.stop === "held") this.overtaken(part);
    this.shown ??= setTimeout(() => { this.shown = null; this.show(); }, what === "change" ? 250 : 0);
  }

  // overtaken: another window holds the part. If it wrote since what we wrote from, both wrote.
  async overtaken(part) {
    if (this.looking) return;
    this.looking = true;
    this.presence.soon();
    const there = await this.written(part);
    this.looking = false;
    if (there && part.stop === "held" && part.dirty && there.seq > part.seq && part.as.differs(there.value, part.acked)) part.both(there, part.acked);
  }

  // written asks what stands on the server in a part; null where nobody answers.
  async written(part) {
    try {
      const { status, json } = await this.ask("GET", "state.json");
      const p = status === 200 ? json.parts[part.name] : null;
      return p && { seq: p.seq, value: part.read(p.value), by: p.by, at: p.at };
    } catch {
      return null;
    }
  }

  adopted(part) {
    if (part.name === "body") part.same(this.fill(part.acked));
    else this.fields.refresh(part.name, true);
    this.soon();
  }

  // seen hears what the last beat told: holds, who is here, what stands on the server.
  seen(seen) {
    this.locked = this.holds.seen(seen);
    this.lockAll();
    if (this.merging?.waits && !this.presence.theirs(this.merging.part)) this.merging.keep();
    for (const [name, part] of Object.entries(this.parts)) {
      if (part.stop === "held" && !this.locked[name]) part.resume();
      if (seen.seqs?.[name] > part.seq && !part.dirty && part.stop === "") this.behind = true;
    }
    if (this.behind) this.fetchState();
    if (seen.stage && seen.stage !== this.state.stage) this.moved(seen.stage);
    if (seen.version) { this.state.version = seen.version; if ($("version")) $("version").textContent = seen.version; }
    if (seen.notes !== this.noted) { if (this.noted !== undefined) this.panel.notes.load(); this.noted = seen.notes; }
    this.here(seen.people ?? []);
  }

  // fetchState takes over what others wrote where nothing of ours waits.
  async fetchState() {
    this.behind = false;
    try {
      const { status, json } = await this.ask("GET", "state.json");
      if (status !== 200) return;
      for (const [id, m] of Object.entries(json.media ?? {})) this.media.set(id, m);
      for (const [name, p] of Object.entries(json.parts)) this.parts[name]?.adopt(this.parts[name].read(p.value), p.seq, p.at);
    } catch { /* the next beat tries again */ }
  }

  here(people) {
    const others = people.filter((p) => p.tab !== this.tab).map((p) => ({ ...p, ...this.doing(p) }));
    const mine = (p) => String(p.id) === String(this.person.id);
    const key = JSON.stringify(others.map((p) => [p.id, p.says]));
    if (key === this.hereKey) return;
    this.hereKey = key;
    $("here").replaceChildren(...others.filter((p) => !mine(p)).map((p) => h("li", { title: `${p.name} ${p.says}` }, h("span", { class: p.now ? "who now" : "who" }, h("i", { "aria-hidden": "true" }, p.initials), h("span", { class: "vh" }, `${p.name} ${p.says}`)))));
    showPeople([{ ...this.person, says: "(you)" }, ...others.map((p) => (mine(p) ? { ...p, name: "You", says: "in another window" } : p))]);
  }

  doing(p) {
    const named = { body: "the body", headline: "the headline", pictures: "the pictures", filing: "the filing" };
    const holds = Object.keys(named).filter((n) => this.presence.hold(n)?.tab === p.tab);
    if (holds.length) return { now: true, says: `holds ${holds.map((n) => named[n]).join(" and ")}` };
    return { now: false, says: "reads along" };
  }

  lockAll() {
    for (const name of Object.keys(this.parts)) {
      const on = this.may.write === false || Boolean(this.locked[name]);
      if (this.wasLocked?.[name] === on) continue;
      (this.wasLocked ??= {})[name] = on;
      this.fields.lock(name, on);
      if (name === "body") {
        this.pieces.editable(!on);
        this.view.setProps({});
        $("body").setAttribute("aria-readonly", String(on));
        document.body.classList.toggle("held", on);
      }
    }
  }

  reached(status) {
    const was = this.reach;
    this.reach = status;
    if (status === 200) this.signIn.back();
    if (status === 200 && was !== 200) for (const p of Object.values(this.parts)) if (["offline", "starting", "signin"].includes(p.stop) || p.flying) p.resume();
    this.show();
  }

  signedIn() {
    this.view.focus();
    for (const p of Object.values(this.parts)) p.resume();
    this.presence.soon();
    tell("You are signed in again.");
  }

  // show says where the text is.
  show() {
    const parts = Object.values(this.parts);
    let state = worst(parts.map((p) => p.state));
    if (state === "saved" && this.reach !== 200) state = { 0: "offline", 401: "signin" }[this.reach] ?? (this.reach >= 500 ? "starting" : state);
    if (state === "offline" && navigator.onLine) {
      this.lostAt ??= Date.now();
      if (Date.now() - this.lostAt < 15_000) state = "starting";
    }
    if (["offline", "starting"].includes(state)) this.since ??= Date.now();
    else this.since = this.lostAt = null;
    const at = Math.max(...parts.map((p) => new Date(p.at || 0).getTime()));
    const going = parts.filter((p) => p.since).map((p) => p.since);
    this.status.show(state, {
      at: clock(state === "going" && going.length ? Math.max(...going) : at), since: time(this.since ?? Date.now()), waiting: this.waiting(state),
      keeps: this.journal.works, why: parts.find((p) => p.stop === "refused")?.why, phone: matchMedia("(pointer: coarse)").matches,
    });
    $("publish").setAttribute("aria-disabled", String(state === "offline"));
  }

  waiting(state) {
    if (!["offline", "starting"].includes(state)) return 0;
    const body = this.parts.body, counts = (list) => new Map(readDoc({ content: list }).content.content.map((n) => [n.attrs.id, wordsOf(n)]));
    const was = new Map(body.acked.map((b) => [b.attrs?.id, b]));
    const changed = body.current.filter((b) => was.get(b.attrs?.id) !== b), before = counts(changed.map((b) => was.get(b.attrs?.id)).filter(Boolean));
    return [...counts(changed)].reduce((n, [id, words]) => n + Math.max(0, words - (before.get(id) ?? 0)), 0);
  }

  count() {
    const { doc, selection } = this.view.state, n = wordsIn(doc), at = Math.min(selection.$from.index(0) + 1, doc.childCount), t = tks(this).count;
    const most = this.state.length > 0 ? ` of ${this.state.length}` : "";
    const line = `${n}${most}|${minutes(n)}|${at}|${doc.childCount}|${t}`;
    if (line === this.counted) return;
    this.counted = line;
    $("words").textContent = n;
    $("words-of").textContent = `${most} ${n === 1 && !most ? "word" : "words"}`;
    $("reading").textContent = `· ${minutes(n)} min to read · paragraph ${at} of ${doc.childCount}`;
    $("tks").textContent = t ? `${t} TK` : "";
    $("tks").hidden = t === 0;
  }

  drawLate() {
    this.panel.draw();
    this.byline();
    this.fields.recount();
    document.title = `${this.parts.headline.current.headline || "No headline yet"} · ${this.state.paper?.name ?? ""}`;
  }

  // sheet ties the fields above the text.
  sheet() {
    for (const name of ["kicker", "headline", "summary"]) {
      const el = $(name);
      this.fields.bind(el, "headline", name, { read: (e) => e.value.replace(/\n/g, " ") });
      el.addEventListener("keydown", (e) => {
        if (e.key !== "Enter" || e.isComposing) return;
        e.preventDefault();
        ({ kicker: $("headline"), headline: $("summary"), summary: this.view.dom })[name].focus();
      });
      el.addEventListener("focus", () => { this.where = "headline"; });
    }
    this.view.dom.addEventListener("focus", () => { this.where = "body"; });
    this.view.dom.addEventListener("keydown", (e) => {
      if (this.mayWrite() || e.ctrlKey || e.metaKey || e.altKey || e.key.length > 1) return;
      e.stopPropagation(); // no single key of the page while somebody means to write
      this.holds.remind();
    });
    this.byline();
  }

  byline() {
    const f = this.parts.filing.current, names = (f.bylines ?? []).map((id) => this.nameOf("bylines", id)).filter(Boolean);
    $("by").textContent = names.length ? `By ${names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names.at(-1)}` : names[0]}` : "Byline not given";
    $("dateline").textContent = [f.dateline, f.seen && `Seen ${f.seen}`].filter(Boolean).join(" · ");
  }

  dir() { return this.list("langs").find((l) => (l.code ?? l.id) === this.parts.filing.current.lang)?.dir ?? "ltr"; }

  direction() {
    const lang = this.parts.filing.current.lang || "en";
    for (const el of [$("parts"), $("body")]) Object.assign(el, { lang, dir: this.dir() });
  }

  keys() {
    document.addEventListener("keydown", (e) => {
      const mod = e.ctrlKey || e.metaKey, k = e.key.toLowerCase();
      const modal = document.querySelector("dialog[open]");
      const to = mod && !e.altKey && k === "s" ? () => this.nameVersion()
        : modal ? null
        : mod && !e.shiftKey && k === "f" ? () => this.find()
        : mod && k === "h" ? () => this.find(true)
        : mod && k === "\\" ? () => this.toggleSide()
        : e.altKey && e.shiftKey && e.code === "KeyP" ? () => this.publish()
        : e.altKey && e.key === "F10" ? () => this.tools.enter()
        : null;
      if (!to) return;
      e.preventDefault();
      to();
    });
    $("panel").addEventListener("click", () => this.toggleSide());
    $("tool-keys").addEventListener("click", () => this.tools.enter());
    $("tks").addEventListener("click", () => nextTK(this.view.state, this.view.dispatch, this.view));
    $("publish").addEventListener("click", (e) => { e.preventDefault(); this.publish(); });
    $("by").addEventListener("click", () => this.open("people", "byline-add"));
    for (const a of document.querySelectorAll("a[data-leave]")) a.addEventListener("click", (e) => this.leave(e, a));
  }

  // leave goes elsewhere once what waits is on the server, or in the journal.
  async leave(e, a) {
    if (e.ctrlKey || e.metaKey || e.shiftKey) return;
    e.preventDefault();
    await Promise.race([this.hurry(), new Promise((r) => setTimeout(r, 2000))]);
    location.href = a.href;
  }

  windowEvents() {
    addEventListener("beforeunload", (e) => { if (this.unsafe()) e.preventDefault(); });
    addEventListener("pagehide", () => this.depart());
    document.addEventListener("visibilitychange", () => { if (document.hidden) { this.journal.flush(); this.hurry(); } });
    addEventListener("online", () => { for (const p of Object.values(this.parts)) if (p.stop === "offline") p.resume(); this.presence.soon(); });
    addEventListener("offline", () => { this.reach = 0; this.lostAt = 0; this.show(); });
  }

  // unsafe tells whether something is neither in the journal nor on the server.
  unsafe() {
    return Object.values(this.parts).some((p) => p.dirty) && this.journal.behind();
  }

  // depart lets go of what this window holds; a version is cut of it.
  depart() {
    this.journal.flush();
    if (Object.values(this.parts).some((p) => p.dirty)) return;
    const headers = { "X-Lede": "1", "Content-Type": "application/json" };
    fetch(`${this.base}/presence`, { method: "POST", headers, body: JSON.stringify({ tab: this.tab, part: "", leave: true }), keepalive: true }).catch(() => {});
  }

  hurry() { return Promise.all(Object.values(this.parts).map((p) => p.hurry())); }

  // nameVersion keeps a version, with a name if one is given.
  async nameVersion() {
    if (document.querySelector("dialog[open]")) return;
    await this.hurry();
    const note = h("input", { id: "version-note", maxlength: 200, autocomplete: "off" }), said = h("p", { class: "wrong", role: "alert" });
    const form = h("form", { class: "stack" }, h("p", { class: "field" }, h("label", { for: "version-note" }, "What it is (may stay empty)"), note, h("span", { class: "hint" }, "Every change is kept anyway; a name makes this one easy to find."), said), h("div", { class: "bar" }, h("button", { class: "btn go" }, "Keep this version")));
    const box = dialog("Keep a version", form);
    form.addEventListener("submit", async (e) => {
      e.preventDefault();
      try {
        const { status, json } = await this.ask("POST", "version", { tab: this.tab, note: note.value });
        if (status >= 300) return void (said.textContent = json?.says ?? "The version was not kept. The text is.");
        box.close();
        this.toast(`Version ${json.version} is kept.`);
        if ($("version")) $("version").textContent = json.version;
      } catch {
        said.textContent = "No connection. The text is kept; name the version later.";
      }
    });
    note.focus();
  }

  async move(select) {
    await this.hurry();
    const to = select.value;
    try {
      const { status, json } = await this.ask("POST", "stage", { to, version: this.state.version });
      if (status < 300) { this.moved(json?.stage ?? to); if (json?.version) this.state.version = json.version; return; }
      this.toast(json?.says ?? json?.error ?? "The stage did not change.");
    } catch {
      this.toast("No connection: the stage did not change.");
    }
    select.value = this.state.stage;
  }

  moved(stage) {
    this.state.stage = stage;
    $("stage-word").textContent = stage[0].toUpperCase() + stage.slice(1);
    document.querySelector(".topbar .stage").dataset.stage = stage;
    if ($("stage") && [...$("stage").options].some((o) => o.value === stage)) $("stage").value = stage;
    else ($("stage") ?? $("stage-said"))?.closest(".field").replaceWith(stageField(this));
  }

  async publish() {
    if ($("publish").getAttribute("aria-disabled") === "true") return tell("There is no connection.");
    if (!this.may.publish || document.querySelector("dialog[open]") || this.publishing) return;
    this.publishing = true;
    await Promise.race([this.hurry(), new Promise((r) => setTimeout(r, 3000))]);
    const at = new URL($("publish").href).pathname;
    const { done, see, go } = await (globalThis.publishSheet?.(at) ?? Promise.reject(new Error("no sheet"))).catch(() => { location.href = at; return {}; });
    this.publishing = false;
    this.presence.soon(); // tells the stage
    if (done) this.toast(done, see);
    if (go) this.goTo(go);
    else $("publish").focus();
  }

  // goTo puts the caret at what a check means: a block by its id, or a field by its name.
  goTo(where) {
    const there = where === "lead" ? ["pictures", this.parts.pictures.current.media ? "f-pictures-alt" : "lead-choose"] : places[where];
    if (there) return there.length > 1 ? this.open(...there) : $(there[0]).focus();
    const { doc, tr } = this.view.state;
    let at = -1;
    doc.descendants((node, pos) => { if (at < 0 && node.attrs.id === where) at = pos; return at < 0; });
    if (at < 0) return where === "body" ? this.view.focus() : undefined;
    const node = doc.nodeAt(at), tk = placesOf(doc).find((p) => p.from > at && p.to < at + node.nodeSize);
    const chosen = tk ? TextSelection.create(doc, tk.from, tk.to) : node.isTextblock ? TextSelection.create(doc, at + 1 + node.content.size) : NodeSelection.create(doc, at);
    this.view.dispatch(tr.setSelection(chosen).scrollIntoView());
    this.view.focus();
  }

  takeOver(part) {
    const hold = this.presence.hold(part);
    const ours = String(hold?.by?.id ?? hold?.by) === String(this.person.id);
    this.presence.send(part, hold?.idle >= 120 ? {} : { ask: true }).then((r) => { if (r.status === 200 && ours) this.presence.soon(); });
  }

  // merge shows both, as they stand now; the hold is asked for meanwhile.
  async merge(part) {
    const p = this.parts[part];
    if (this.merging || !p.theirs) return;
    if (this.presence.theirs(part)) this.takeOver(part);
    const now = await this.written(p);
    if (this.merging || !p.theirs) return;
    if (now && now.seq > p.theirs.seq) p.theirs = now;
    this.merging = new Merging(this, part, { base: p.base, theirs: p.theirs.value, mine: p.current, by: p.theirs.by, at: p.theirs.at, onsave: (value) => this.resolved(p, value) });
  }

  // resolved sends the merged text: true when it stands, else what is in the way, in words.
  async resolved(p, value) {
    const blocks = p.name === "body" ? readBlocks({ content: value }) : value, seen = p.theirs.seq;
    if (!await p.resolve(blocks)) return this.notResolved(p, seen);
    if (p.name === "body") p.same(this.fill(blocks));
    else this.fields.refresh(p.name, true);
    this.holds.draw();
    this.toast("Both are in the history, and the merged text stands.");
    return true;
  }

  notResolved(p, seen) {
    if (p.theirs?.seq !== seen) {
      this.merging.box.close();
      this.toast("It was changed meanwhile. Look at both once more.");
      setTimeout(() => this.merge(p.name));
      return "";
    }
    if (!this.presence.theirs(p.name)) return "";
    this.takeOver(p.name);
    return `${p.holder?.by?.name ?? "Somebody"} holds it and was asked. It is saved when it is yours, in half a minute at the latest.`;
  }

  mergeClosed() {
    this.merging = null;
    this.view.focus();
  }

  // medium gives what is known of a picture or file, asked for once.
  async medium(id) {
    if (!id) return null;
    if (!this.media.has(id)) {
      this.media.set(id, this.ask("GET", `media.json?ids=${encodeURIComponent(id)}`).then(({ json }) => json?.[id] ?? null).catch(() => { this.media.delete(id); return null; }));
    }
    return this.media.get(id);
  }

  list(name) { return this.state.lists?.[name] ?? []; }
  nameOf(list, id) { return this.list(list).find((x) => String(x.id ?? x.code) === String(id))?.name ?? ""; }
  slug() {
    const p = this.parts?.headline.current ?? {};
    return p.slug || (p.headline ?? "").toLowerCase().normalize("NFKD").replace(/\p{M}|['’]/gu, "").replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 80) || "made-from-the-headline";
  }

  async newByline(name, said) {
    try {
      const { status, json } = await this.ask("POST", "byline", { name });
      if (status >= 300) return void (said.textContent = json?.says ?? json?.error ?? "This name was not kept.");
      this.state.lists.bylines.push(json);
      return json;
    } catch {
      said.textContent = "No connection. A new byline needs the server.";
    }
  }

  // What the keys of the text ask for.
  link() { if (this.mayWrite()) askLink(this); }
  insert(typed) { if (this.mayWrite()) askInsert(this, typed); }
  askEmbed() { askEmbed(this); }
  find(replacing) { this.findBar.open(replacing); }
  closeFind() { return this.findBar.close(); }
  after() { /* the place stays where the writer is */ }

  async choosePictures() {
    if (this.mayWrite()) putPictures(this, await choose(this, "Pictures", { many: true }));
  }

  async chooseGallery() {
    if (this.mayWrite()) putPictures(this, await choose(this, "Gallery", { many: true }), true);
  }

  async addToGallery(pos) {
    const list = await choose(this, "Add to the gallery", { many: true }), node = this.view.state.doc.nodeAt(pos);
    if (!list.length || node?.type.name !== "gallery") return;
    this.view.dispatch(this.view.state.tr.insert(pos + node.nodeSize - 1, list.map(pictureOf)));
  }

  async chooseFile(kind) {
    const [m] = await choose(this, kind === "audio" ? "Sound" : "Film", { kind });
    if (m) put(this.view, schema.nodes[kind].create({ media: String(m.id), title: m.caption ?? "", credit: m.credit ?? "" }));
  }

  noteHere() {
    const { $from, from, to, empty } = this.view.state.selection;
    let block = "";
    for (let d = $from.depth; d > 0 && !block; d--) block = $from.node(d).attrs.id ?? "";
    const quote = empty ? $from.parent.textContent.slice(0, 60) : this.view.state.doc.textBetween(from, Math.min(to, from + 200), " ");
    this.open("notes");
    this.panel.notes.about({ block, quote });
  }

  open(tab, focus) {
    document.body.classList.remove("side-shut");
    $("panel").setAttribute("aria-expanded", "true");
    showTab(tab);
    if (tab === "notes") this.panel?.notes.load();
    const el = focus && $(focus);
    el?.closest("details")?.setAttribute("open", "");
    (el ?? $(`tab-${tab}`)).focus();
    if (!el && matchMedia("(width < 62rem)").matches) $("side").scrollIntoView();
  }

  toggleSide() {
    const shut = document.body.classList.toggle("side-shut");
    $("panel").setAttribute("aria-expanded", String(!shut));
    if (!shut) document.querySelector("#side [aria-selected=true]").focus();
    else this.view.focus();
  }

  toast(says, see) {
    $("toasts").replaceChildren(h("div", { class: "toast" }, h("p", {}, says), see && h("a", { href: see, target: "_blank", rel: "noopener" }, "See it")));
    clearTimeout(this.toasted);
    this.toasted = setTimeout(() => $("toasts").replaceChildren(), 10_000);
  }
}

performance.mark("lede-start");
const state = JSON.parse($("article").textContent);
setZone(state.zone);
const [store, own] = await Promise.all([openStore(Date.now()), ownTab()]);
const app = new App(state, store, own);
app.start();
performance.measure("lede-open", "lede-start");
if (new URLSearchParams(location.search).has("bench")) globalThis.lede = app;
