// TK marks what is to come. It is highlighted, counted, and stops publication.
import { Plugin, PluginKey, TextSelection } from "prosemirror-state";
import { Decoration, DecorationSet } from "prosemirror-view";
import { span } from "./ids.js";

const TK = /(?<![\p{L}\p{N}_])TK(?![\p{L}\p{N}_])/gu;

export const tkKey = new PluginKey("tk");
const found = new WeakMap();

// tksOf finds the TKs of a block of text, as offsets in its content; once for each state of it.
export function tksOf(node) {
  let list = found.get(node);
  if (list) return list;
  list = [];
  if (node.inlineContent && node.type.name !== "code") {
    node.forEach((child, offset) => {
      if (child.isText) for (const m of child.text.matchAll(TK)) list.push([offset + m.index, offset + m.index + 2]);
    });
  } else {
    node.forEach((child, offset) => { for (const [a, b] of tksOf(child)) list.push([offset + 1 + a, offset + 1 + b]); });
  }
  found.set(node, list);
  return list;
}

// A field may hold anything: what is kept is not checked.
export const tksIn = (s) => (typeof s === "string" ? s.match(TK)?.length ?? 0 : 0);

// placesOf lists where the TKs of a document stand.
export function placesOf(doc) {
  const list = [];
  doc.forEach((child, offset, i) => {
    for (const [a, b] of tksOf(child)) list.push({ from: offset + 1 + a, to: offset + 1 + b, block: i });
  });
  return list;
}

const marked = (from, to) => Decoration.inline(from, to, { class: "tk" });

function all(doc) {
  return DecorationSet.create(doc, placesOf(doc).map((p) => marked(p.from, p.to)));
}

// fresh marks anew only the blocks that changed.
function fresh(set, tr, was, now) {
  set = set.map(tr.mapping, tr.doc);
  const s = span(was, now);
  let at = 0;
  for (let i = 0; i < s.nowTo; i++) {
    const child = now.child(i);
    if (i >= s.from) {
      const old = set.find(at, at + child.nodeSize), want = tksOf(child);
      if (old.length || want.length) {
        set = set.remove(old).add(now, want.map(([a, b]) => marked(at + 1 + a, at + 1 + b)));
      }
    }
    at += child.nodeSize;
  }
  return set;
}

export const tk = () => new Plugin({
  key: tkKey,
  state: {
    init: (_, state) => all(state.doc),
    apply: (tr, set, was, now) => (tr.docChanged ? fresh(set, tr, was.doc, now.doc) : set),
  },
  props: { decorations(state) { return tkKey.getState(state); } },
});

// nextTK puts the selection on the next TK behind it, around the end.
export function nextTK(state, dispatch, view) {
  const list = placesOf(state.doc);
  if (!list.length) return false;
  const next = list.find((p) => p.from >= state.selection.to) ?? list[0];
  dispatch?.(state.tr.setSelection(TextSelection.create(state.doc, next.from, next.to)).scrollIntoView());
  view?.focus();
  return true;
}
