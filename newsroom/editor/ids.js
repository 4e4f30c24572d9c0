// Every block has an id from its creation, and keeps it: notes, merges and corrections refer to it.
import { Plugin } from "prosemirror-state";
import { isBlock } from "./schema.js";

const letters = "abcdefghijklmnopqrstuvwxyz012345";

// newID makes the id of a block: 12 characters that nobody can guess (as doc.NewID).
export function newID() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (b) => letters[b & 31]).join("");
}

// span finds the children that differ between two documents, by identity: was[from..wasTo) became now[from..nowTo).
export function span(was, now) {
  let from = 0;
  const least = Math.min(was.childCount, now.childCount);
  while (from < least && was.child(from) === now.child(from)) from++;
  let wasTo = was.childCount, nowTo = now.childCount;
  while (wasTo > from && nowTo > from && was.child(wasTo - 1) === now.child(nowTo - 1)) wasTo--, nowTo--;
  return { from, wasTo, nowTo };
}

const quiet = (was, now, s) => s.wasTo - s.from === 1 && s.nowTo - s.from === 1 && was.child(s.from).attrs.id
  && was.child(s.from).attrs.id === now.child(s.from).attrs.id && !was.child(s.from).isLeaf && was.child(s.from).inlineContent;

function idsOutside(doc, s) {
  const taken = new Set();
  doc.forEach((child, _, i) => {
    if (i >= s.from && i < s.nowTo) return;
    taken.add(child.attrs.id);
    if (!child.inlineContent) child.descendants((n) => { if (isBlock(n.type)) taken.add(n.attrs.id); });
  });
  return taken;
}

// changed lists the blocks of the changed part with their places, those with text first: they keep an id that stands twice.
function changed(doc, s) {
  const list = [];
  let at = 0;
  for (let i = 0; i < s.nowTo; i++) {
    const child = doc.child(i), start = at;
    at += child.nodeSize;
    if (i < s.from) continue;
    list.push({ node: child, pos: start });
    child.descendants((n, p) => { if (isBlock(n.type)) list.push({ node: n, pos: start + 1 + p }); });
  }
  return list.sort((a, b) => Number(a.node.content.size === 0) - Number(b.node.content.size === 0) || a.pos - b.pos);
}

// giveIDs puts ids on the blocks that have none, and fresh ones on those that bear another's.
export function giveIDs(tr, was) {
  const doc = tr.doc, s = span(was, doc);
  if (s.from === s.nowTo || quiet(was, doc, s)) return tr;
  const taken = idsOutside(doc, s);
  for (const { node, pos } of changed(doc, s)) {
    if (!node.attrs.id || taken.has(node.attrs.id)) tr.setNodeAttribute(pos, "id", freshID(taken));
    else taken.add(node.attrs.id);
  }
  return tr;
}

function freshID(taken) {
  const id = newID();
  taken.add(id);
  return id;
}

// ids is the plugin that does so after every change.
export const ids = () => new Plugin({
  appendTransaction(trs, was, now) {
    if (!trs.some((t) => t.docChanged)) return null;
    const tr = giveIDs(now.tr, was.doc);
    return tr.docChanged ? tr : null;
  },
});
