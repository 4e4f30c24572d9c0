// What the keys, the tool keys and the insert list do.
import { chainCommands, createParagraphNear, exitCode, lift, liftEmptyBlock, newlineInCode, setBlockType, splitBlock, toggleMark, wrapIn, selectParentNode, joinUp, joinDown } from "prosemirror-commands";
import { liftListItem, sinkListItem, splitListItem, wrapInList } from "prosemirror-schema-list";
import { NodeSelection, TextSelection, Selection } from "prosemirror-state";
import { CellSelection, goToNextCell, isInTable, selectedRect } from "prosemirror-tables";
import { schema } from "./schema.js";

const { nodes, marks } = schema;

export const mark = (name) => toggleMark(marks[name]);
export const block = (name, attrs) => setBlockType(nodes[name], attrs);

// heading turns the line into a heading, or back.
export const heading = (level) => (state, dispatch) => {
  const { parent } = state.selection.$from;
  const is = parent.type === nodes.heading && parent.attrs.level === level;
  return is ? setBlockType(nodes.paragraph)(state, dispatch) : setBlockType(nodes.heading, { level })(state, dispatch);
};

function around(state, type) {
  const { $from } = state.selection;
  for (let d = $from.depth; d > 0; d--) if ($from.node(d).type === type) return { depth: d, pos: $from.before(d), node: $from.node(d) };
  return null;
}

// list puts the lines into a list, changes its kind, or takes them out of it.
export const list = (ordered) => (state, dispatch) => {
  const at = around(state, nodes.list);
  if (!at) return wrapInList(nodes.list, { ordered })(state, dispatch);
  if (at.node.attrs.ordered === ordered) return liftListItem(nodes.listItem)(state, dispatch);
  dispatch?.(state.tr.setNodeAttribute(at.pos, "ordered", ordered));
  return true;
};

// wrap puts the lines into a quotation, pull quote or fact box, or takes them out of it.
export const wrap = (name) => (state, dispatch) => (around(state, nodes[name]) ? lift(state, dispatch) : wrapIn(nodes[name])(state, dispatch));

export const hardBreak = chainCommands(exitCodeIn, (state, dispatch) => {
  if (!state.selection.$from.parent.inlineContent || state.selection.$from.parent.type.spec.code) return false;
  dispatch?.(state.tr.replaceSelectionWith(nodes.hardBreak.create()).scrollIntoView());
  return true;
});

// below goes on in a new paragraph below the top block of the selection.
export const below = chainCommands(exitCodeIn, (state, dispatch) => {
  const { $to } = state.selection, after = $to.depth ? $to.after(1) : $to.pos;
  if (!dispatch) return true;
  const tr = state.tr.insert(after, nodes.paragraph.create());
  dispatch(tr.setSelection(TextSelection.create(tr.doc, after + 1)).scrollIntoView());
  return true;
});

function exitCodeIn(state, dispatch) {
  return state.selection.$from.parent.type.spec.code ? exitCode(state, dispatch) : false;
}

// leave goes on in a paragraph below, when Enter is pressed in the empty last line of a quotation or box.
export const enter = chainCommands(newlineInCode, splitListItem(nodes.listItem), inCell, createParagraphNear, liftEmptyBlock, splitBlock);

// inCell: Enter in a table goes to the cell below, and makes a row after the last.
function inCell(state, dispatch) {
  if (!isInTable(state) || state.selection instanceof CellSelection) return false;
  dispatch?.(state.tr.replaceSelectionWith(nodes.hardBreak.create()).scrollIntoView());
  return true;
}

export const indent = chainCommands(goToNextCell(1), sinkListItem(nodes.listItem));
export const outdent = chainCommands(goToNextCell(-1), liftListItem(nodes.listItem));

// put lays a block where the selection is: in place of an empty line, else below. It says where it lies.
export function put(view, node) {
  const { state } = view, { $from } = state.selection;
  const depth = Math.min($from.depth, 1);
  const empty = depth === 1 && $from.parent.type === nodes.paragraph && $from.depth === 1 && !$from.parent.content.size;
  const from = depth ? $from.before(1) : $from.pos, to = depth ? $from.after(1) : $from.pos;
  const tr = state.tr;
  let at = empty ? from : to;
  if (empty) tr.replaceWith(from, to, node);
  else tr.insert(at, node);
  const after = at + node.nodeSize;
  if (after >= tr.doc.content.size) tr.insert(after, nodes.paragraph.create());
  const inside = node.isAtom ? NodeSelection.create(tr.doc, at) : Selection.near(tr.doc.resolve(at + 1));
  view.dispatch(tr.setSelection(inside).scrollIntoView());
  return at;
}

// newTable has a header row.
export function newTable(rows = 3, columns = 3) {
  const row = (header) => nodes.row.create(null, Array.from({ length: columns }, () => nodes.cell.create({ header })));
  return nodes.table.create(null, Array.from({ length: rows }, (_, i) => row(i === 0)));
}

function cells(state, which) {
  if (!isInTable(state)) return [];
  const rect = selectedRect(state), found = rect.map.cellsInRect(which(rect));
  return found.map((p) => rect.tableStart + p);
}

export function toggleHeaderRow(state, dispatch) {
  const all = cells(state, (r) => ({ left: 0, right: r.map.width, top: 0, bottom: 1 }));
  if (!all.length) return false;
  const on = !state.doc.nodeAt(all[0]).attrs.header, tr = state.tr;
  for (const p of all) tr.setNodeAttribute(p, "header", on);
  dispatch?.(tr);
  return true;
}

// alignCells sets the column of the selection to the start or end.
export const alignCells = (align) => (state, dispatch) => {
  const all = cells(state, (r) => ({ left: r.left, right: r.right, top: 0, bottom: r.map.height }));
  if (!all.length) return false;
  const on = state.doc.nodeAt(all[0]).attrs.align === align ? "" : align, tr = state.tr;
  for (const p of all) tr.setNodeAttribute(p, "align", on);
  dispatch?.(tr);
  return true;
};

// move carries the top block of the selection one place up or down.
export const move = (by) => (state, dispatch) => {
  const { $from } = state.selection, doc = state.doc;
  const i = $from.index(0), j = i + by;
  if (j < 0 || j >= doc.childCount) return false;
  const from = $from.depth ? $from.before(1) : $from.pos, node = doc.child(i), other = doc.child(j);
  const to = by < 0 ? from - other.nodeSize : from + other.nodeSize;
  const tr = state.tr.delete(from, from + node.nodeSize).insert(to, node);
  const offset = state.selection.from - from;
  const sel = state.selection instanceof NodeSelection ? NodeSelection.create(tr.doc, to) : TextSelection.near(tr.doc.resolve(to + offset));
  dispatch?.(tr.setSelection(sel).scrollIntoView());
  return true;
};

export { joinDown, joinUp, lift, selectParentNode };
