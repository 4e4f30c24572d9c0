// Finding and replacing in the text.
import { Plugin, PluginKey, TextSelection } from "prosemirror-state";
import { Decoration, DecorationSet } from "prosemirror-view";
import { $, button, h, tell } from "./dom.js";

const key = new PluginKey("find");
const none = { query: "", exact: false, places: [], marks: DecorationSet.empty };

const escaped = (s) => s.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

// placesOf lists where the words stand, block by block; words across marks are found too.
export function placesOf(doc, query, exact) {
  if (!query) return [];
  const re = new RegExp(escaped(query), exact ? "gu" : "giu"), places = [];
  doc.descendants((node, pos) => {
    if (!node.inlineContent) return true;
    const text = node.textBetween(0, node.content.size, null, "\ufffc");
    for (const m of text.matchAll(re)) places.push({ from: pos + 1 + m.index, to: pos + 1 + m.index + m[0].length });
    return false;
  });
  return places;
}

function look(doc, query, exact) {
  const places = placesOf(doc, query, exact);
  return { query, exact, places, marks: DecorationSet.create(doc, places.slice(0, 2000).map((p) => Decoration.inline(p.from, p.to, { class: "found" }))) };
}

export const find = () => new Plugin({
  key,
  state: {
    init: () => none,
    apply(tr, was, _, now) {
      const asked = tr.getMeta(key);
      if (asked) return asked.query ? look(now.doc, asked.query, asked.exact) : none;
      return tr.docChanged && was.query ? look(now.doc, was.query, was.exact) : was;
    },
  },
  props: { decorations: (state) => key.getState(state).marks },
});

// FindBar is the row of fields above the text.
export class FindBar {
  constructor(view) {
    this.view = view;
    this.box = $("find");
    this.asked = h("input", { "aria-label": "Find", placeholder: "Find", type: "text", dir: "auto", oninput: () => this.look() });
    this.other = h("input", { "aria-label": "Replace with", placeholder: "Replace with", type: "text", dir: "auto" });
    this.exact = h("input", { type: "checkbox", onchange: () => this.look() });
    this.count = h("span", { class: "dim", role: "status" });
    this.box.append(this.asked, this.count, button("Back", () => this.go(-1), "small"), button("Next", () => this.go(1), "small"), this.other,
      button("Replace", () => this.replace(), "small"), button("All", () => this.replaceAll(), "small"),
      h("label", { class: "tickbox" }, this.exact, "Aa"), button("Close", () => this.close(), "small soft"));
    this.box.addEventListener("keydown", (e) => this.key(e));
  }

  key(e) {
    if (e.isComposing) return;
    if (e.key === "Escape") this.close();
    else if (e.key === "Enter" && e.target === this.asked) this.go(e.shiftKey ? -1 : 1);
    else if (e.key === "Enter" && e.target === this.other) this.replace();
    else return;
    e.preventDefault();
  }

  open(replacing) {
    this.box.hidden = false;
    const { from, to } = this.view.state.selection;
    const chosen = this.view.state.doc.textBetween(from, to, " ");
    if (chosen && chosen.length < 100) this.asked.value = chosen;
    this.look();
    (replacing ? this.other : this.asked).select();
    (replacing && this.asked.value ? this.other : this.asked).focus();
  }

  close() {
    if (this.box.hidden) return false;
    this.box.hidden = true;
    this.view.dispatch(this.view.state.tr.setMeta(key, { query: "" }));
    this.view.focus();
    return true;
  }

  get places() { return key.getState(this.view.state).places; }

  look() {
    this.view.dispatch(this.view.state.tr.setMeta(key, { query: this.asked.value, exact: this.exact.checked }));
    this.say();
  }

  say() {
    const n = this.places.length, at = this.places.findIndex((p) => p.from === this.view.state.selection.from);
    this.count.textContent = !this.asked.value ? "" : n === 0 ? "not found" : at >= 0 ? `${at + 1} of ${n}` : `${n}`;
  }

  go(by) {
    const { from, to } = this.view.state.selection, all = this.places;
    if (!all.length) return;
    const next = by > 0 ? all.find((p) => p.from >= to) ?? all[0] : all.findLast((p) => p.to <= from) ?? all.at(-1);
    this.choose(next);
  }

  choose(p) {
    this.view.dispatch(this.view.state.tr.setSelection(TextSelection.create(this.view.state.doc, p.from, p.to)).scrollIntoView());
    this.say();
  }

  replace() {
    const { from, to } = this.view.state.selection;
    const at = this.places.find((p) => p.from === from && p.to === to);
    if (!at) return this.go(1);
    this.view.dispatch(this.put(this.view.state.tr, at));
    this.go(1);
  }

  put(tr, { from, to }) {
    const marks = tr.doc.resolve(from).marksAcross(tr.doc.resolve(to)) ?? [];
    return this.other.value ? tr.replaceWith(from, to, this.view.state.schema.text(this.other.value, marks)) : tr.delete(from, to);
  }

  replaceAll() {
    const all = this.places;
    if (!all.length || !this.view.editable) return;
    const tr = this.view.state.tr;
    for (const p of all.toReversed()) this.put(tr, p);
    this.view.dispatch(tr);
    this.say();
    tell(`${all.length} replaced`);
    this.count.textContent = `${all.length} replaced`;
  }
}
