// Two versions side by side, decided block by block or field by field.
import { EditorState } from "prosemirror-state";
import { EditorView } from "prosemirror-view";
import { keymap } from "prosemirror-keymap";
import { baseKeymap } from "prosemirror-commands";
import { history, redo, undo } from "prosemirror-history";
import { button, h, icon, tell, time, who } from "./dom.js";
import { diff } from "./diff.js";
import { newID } from "./ids.js";
import { plain, readDoc } from "./plain.js";
import { fieldPairings, merged, mergedFields, open, pairings } from "./merge.js";
import { keysOf } from "./keys.js";
import { ids } from "./ids.js";

const names = {
  kicker: "Kicker", headline: "Headline", summary: "Summary", slug: "Address", search: "Search", social: "Social", media: "Picture", alt: "Alt text", caption: "Caption", credit: "Credit",
  lang: "Language", dateline: "Dateline", bylines: "Bylines", sections: "Sections", topics: "Topics", related: "Related", sources: "Sources", sensitive: "Sensitive", sponsor: "Sponsored by", quiet: "No positions", seen: "Seen",
};
const kinds = { paragraph: "Paragraph", heading: "Heading", list: "List", quote: "Quotation", pull: "Pull quote", picture: "Picture", gallery: "Gallery", table: "Table", embed: "Card", audio: "Sound", video: "Film", fact: "Fact box", divider: "Divider", code: "Code", frame: "Frame" };
const line = ["kicker", "headline", "summary", "slug", "alt", "caption", "credit", "dateline", "seen"];

// wordsOf is all that a block says, to be compared and read.
function wordsOf(block) {
  if (!block) return "";
  const a = block.attrs ?? {};
  const said = [a.title, a.caption, a.alt && `(${a.alt})`, a.credit, a.url, a.cite && `— ${a.cite}`, a.code].filter(Boolean).join(" · ");
  const inside = (block.content ?? []).map((c) => (c.type === "text" ? c.text : c.type === "hardBreak" ? "\n" : wordsOf(c))).join(["paragraph", "heading", "code", "cell"].includes(block.type) ? "" : "\n");
  return [inside, said].filter(Boolean).join("\n") || (block.type === "divider" ? "———" : "");
}

// Merging is the view of one part. onsave(value) -> true when it is kept.
export class Merging {
  constructor(app, part, { base, theirs, mine, by, at, onsave }) {
    Object.assign(this, { app, part, base, theirs, mine, by, at, onsave, editors: new Map() });
    this.body = part === "body";
    this.pairs = this.body ? pairings(base, theirs, mine) : fieldPairings(base, theirs, mine);
    this.differing = this.pairs.filter((p) => p.choice !== "same");
    this.theirName = this.isMe() || !by?.name ? "The other window’s" : `${by.name.split(" ")[0]}’s`;
    this.build();
  }

  isMe() { return this.by?.id && String(this.by.id) === String(this.app.person.id); }

  build() {
    const theirs = this.by?.name && !this.isMe() ? this.by.name : "The other window";
    this.state = h("p", { class: "dim", role: "status" });
    this.save = h("button", { type: "button", class: "btn go", onclick: () => this.keep() }, "Save the merged text");
    this.list = h("div", { class: "merge" },
      h("div", { class: "strip info" }, icon("both"), h("p", {}, h("strong", {}, this.isMe() || !this.by?.name ? "You wrote in two places." : `You and ${theirs} both wrote.`), " Nothing is lost: both stay in the history whatever you choose here.")),
      h("div", { class: "heads" }, h("p", {}, who({ name: theirs, initials: this.by?.initials }, false, true), h("span", { class: "dim" }, this.at ? time(this.at, true) : "")), h("p", {}, who(this.app.person, false, false), "You", h("span", { class: "dim" }, "in this window"))),
      this.rows(),
      h("p", { class: "keys", "aria-hidden": "true" }, [["J", "next difference"], ["K", "last"], ["1", this.theirName], ["2", "mine"], ["3", "both"], ["4", "write it new"], ["Ctrl Enter", "save"]].map(([k, s]) => h("span", {}, h("kbd", {}, k), ` ${s}`))));
    this.box = h("dialog", { class: "merging", "aria-labelledby": "merge-title" },
      h("div", { class: "topbar" }, button("Article", () => this.box.close(), "soft"), h("h2", { id: "merge-title" }, "Two versions ", h("small", {}, this.app.parts.headline.current.headline || "")), h("div", { class: "end" }, this.state, this.save)), this.list);
    this.box.addEventListener("close", () => this.gone());
    this.box.addEventListener("keydown", (e) => this.key(e));
    document.body.append(this.box);
    this.box.showModal();
    this.count();
    (this.list.querySelector("fieldset.choose") ?? this.list.querySelector("fieldset"))?.querySelector("input")?.focus();
  }

  rows() {
    const out = [];
    let same = [];
    const flush = () => {
      if (same.length) out.push(h("details", { class: "same" }, h("summary", {}, same.length === 1 ? "1 block the same in both" : `${same.length} blocks the same in both`), same.map((p) => h("p", { class: "dim", dir: "auto" }, wordsOf(p.theirs)))));
      same = [];
    };
    this.pairs.forEach((p, i) => {
      if (p.choice === "same") return void same.push(p);
      flush();
      out.push(this.pairing(p, i));
    });
    flush();
    return out;
  }

  pairing(p, i) {
    const block = p.theirs ?? p.mine;
    const title = this.body ? `${kinds[block.type] ?? "Block"} ${i + 1}` : names[p.key] ?? p.key;
    p.tag = h("span", { class: "tag" });
    const asText = (v) => (v === undefined || v === null ? "" : this.body ? wordsOf(v) : this.inWords(p.key, v));
    const [was, theirs, mine] = [p.base, p.theirs, p.mine].map(asText);
    p.sides = [this.side(this.theirName, p.base === undefined ? mine : was, theirs, p.theirs === undefined, p.base === undefined), this.side("Mine", p.base === undefined ? theirs : was, mine, p.mine === undefined, p.base === undefined)];
    const can = [["theirs", this.theirName], ["mine", "Mine"]];
    if (this.body && p.theirs && p.mine) can.push(["both", "Both"]);
    if (this.body || line.includes(p.key)) can.push(["new", "Write it new"]);
    p.place = h("div", { class: "anew" });
    p.seg = h("div", { class: "seg" }, can.map(([v, says]) => {
      const input = h("input", { type: "radio", name: `pair-${i}`, value: v, onchange: () => this.choose(p, v) });
      return h("label", {}, input, says);
    }));
    p.set = h("fieldset", { class: "pairing", "data-i": i }, h("legend", {}, title, " ", p.tag), p.sides, p.seg, p.place);
    this.mark(p);
    return p.set;
  }

  inWords(key, v) {
    const { app } = this;
    if (typeof v === "string") return key === "lang" ? app.nameOf("langs", v) || v : v;
    if (typeof v === "boolean") return v ? "Yes" : "No";
    if (["bylines", "sections", "topics"].includes(key)) return v.map((id) => app.nameOf(key, id) || id).join("\n");
    if (key === "related") return v.map((id) => app.headlines.get(String(id)) || id).join("\n");
    if (key === "sources") return v.map((s) => [s.name, s.url].filter(Boolean).join(" ")).join("\n");
    return Object.values(v).filter(Boolean).join("\n");
  }

  // side shows a text with what was put in and, against what was before both, taken out.
  side(name, was, now, missing, onlyIns) {
    const words = missing ? h("p", { class: "note dim" }, "Taken out") : h("p", { dir: "auto", lang: this.app.parts.filing.current.lang }, diff(was, now).filter((d) => d.kind !== "del" || !onlyIns).map((d) => (d.kind === "same" ? d.text : h(d.kind, {}, d.text))));
    return h("div", { class: this.part === "headline" ? "text head" : "text" }, h("p", { class: "whose" }, name), words, !missing && was === now && h("p", { class: "note dim" }, "Unchanged"));
  }

  choose(p, choice) {
    p.choice = choice;
    if (choice === "new") this.writeNew(p);
    else p.place.replaceChildren();
    this.mark(p);
    this.count();
  }

  writeNew(p) {
    if (p.place.firstChild) return;
    if (!this.body) {
      const input = h("textarea", { rows: 2, "aria-label": `${names[p.key]}, written new`, dir: "auto", value: p.mine ?? "", oninput: () => { p.written = input.value.replace(/\s+/g, " "); } });
      p.written = p.mine ?? "";
      p.place.replaceChildren(input);
      return input.focus();
    }
    const plugins = [keymap({ "Mod-Enter": () => true }), ...keysOf({ ...this.app, insert() {}, link() {}, noteHere() {}, closeFind: () => false, pieces: this.app.pieces }), ids(), history(), keymap({ "Mod-z": undo, "Mod-y": redo }), keymap(baseKeymap)];
    const mount = h("div", { class: "prose", role: "textbox", "aria-multiline": "true", "aria-label": "Written new" });
    p.place.replaceChildren(mount);
    const view = new EditorView({ mount }, {
      state: EditorState.create({ doc: readDoc({ content: [p.mine ?? p.theirs] }), plugins }),
      dispatchTransaction(tr) { view.updateState(view.state.apply(tr)); p.written = view.state.doc.content.content.map(plain); },
    });
    p.written = view.state.doc.content.content.map(plain);
    this.editors.set(p, view);
    view.focus();
  }

  mark(p) {
    const decided = p.choice !== "";
    p.tag.textContent = decided ? "Decided" : "Choose";
    p.tag.className = decided ? "tag good" : "tag warn";
    p.set.classList.toggle("choose", !decided);
    p.seg.querySelectorAll("input").forEach((i) => { i.checked = i.value === p.choice; });
    const taken = { theirs: [true, false], mine: [false, true], both: [true, true], new: [false, false], "": [null, null] }[p.choice];
    p.sides.forEach((s, i) => { s.classList.toggle("chosen", taken[i] === true); s.classList.toggle("passed", taken[i] === false); });
  }

  count() {
    const left = open(this.pairs), all = this.differing.length;
    this.state.textContent = `${all - left} of ${all} decided`;
    this.save.setAttribute("aria-disabled", String(left > 0));
  }

  key(e) {
    if (e.isComposing) return;
    if ((e.ctrlKey || e.metaKey) && e.key === "Enter") { e.preventDefault(); return this.keep(); }
    if (e.ctrlKey || e.metaKey || e.altKey || e.target.isContentEditable || e.target.tagName === "TEXTAREA") return;
    const sets = [...this.list.querySelectorAll("fieldset")], at = sets.indexOf(document.activeElement.closest("fieldset"));
    const pick = { 1: "theirs", 2: "mine", 3: "both", 4: "new" }[e.key];
    const next = { j: sets[at + 1], k: sets[at - 1] }[e.key.toLowerCase()];
    if (next) next.querySelector("input:checked, input").focus();
    else if (pick && at >= 0) sets[at].querySelector(`input[value=${pick}]`)?.click();
    else return;
    e.preventDefault();
  }

  async keep() {
    const left = open(this.pairs);
    if (left) {
      tell(`${left} not decided yet`);
      this.state.textContent = `${left} not decided yet`;
      return this.list.querySelector("fieldset.choose input").focus();
    }
    this.save.setAttribute("aria-disabled", "true");
    const value = this.body ? merged(this.pairs, newID) : mergedFields(this.theirs, this.pairs);
    let kept = "";
    try {
      kept = await this.onsave(value);
    } catch { /* said below */ }
    if (!this.box.isConnected) return;
    this.save.setAttribute("aria-disabled", "false");
    if (kept === true) return this.box.close();
    this.waits = Boolean(kept);
    this.state.textContent = kept || "Not saved yet: no connection. Both are still kept.";
    tell(this.state.textContent);
  }

  gone() {
    for (const v of this.editors.values()) v.destroy();
    this.box.remove();
    this.app.mergeClosed(this.part);
  }
}
