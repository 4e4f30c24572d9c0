// The article's text as ProseMirror knows it, made of the table in internal/doc (schema.json, which a Go test keeps the same).
import { Schema } from "prosemirror-model";
import table from "./schema.json" with { type: "json" };
import { looks, readers, markLooks } from "./looks.js";

export { table };

const tableRoles = { table: "table", row: "row", cell: "cell" };

// content writes what a kind may hold as ProseMirror's expression: "paragraph (paragraph | list)*".
function content(kind) {
  if (!kind.holds) return "";
  const any = kind.holds.length > 1 ? `(${kind.holds.join(" | ")})` : kind.holds[0];
  if (kind.first) return `${kind.first} ${any}*`;
  return any + (kind.least ? "+" : "*");
}

const blank = { flag: false, line: "", link: "", word: "", name: "", source: "" };

function attrsOf(name, kind) {
  const attrs = kind.block ? { id: { default: null } } : {};
  for (const a of kind.attrs ?? []) attrs[a.name] = { default: a.need && a.is === "number" ? a.min : blank[a.is] ?? null };
  if (name === "cell") Object.assign(attrs, { colspan: { default: 1 }, rowspan: { default: 1 }, colwidth: { default: null } });
  return attrs;
}

function nodeOf(name) {
  const kind = table.nodes[name];
  const spec = { attrs: attrsOf(name, kind), content: content(kind), parseDOM: readers(name), ...looks[name] };
  if (kind.block) spec.group = "block";
  if (kind.inline) spec.group = "inline";
  if (kind.plain) Object.assign(spec, { marks: "", code: true, defining: true });
  if (kind.leaf) Object.assign(spec, { atom: true, draggable: true, selectable: true });
  if (tableRoles[name]) Object.assign(spec, { tableRole: tableRoles[name], isolating: name !== "row" });
  return spec;
}

function nodes() {
  const all = { doc: { content: "block+", attrs: { schema: { default: table.version } } } };
  for (const name of table.blocks) all[name] = nodeOf(name);
  for (const name of Object.keys(table.nodes)) all[name] ??= name === "text" ? { group: "inline" } : nodeOf(name);
  return all;
}

function marks() {
  const all = {};
  for (const name of table.marks) all[name] = { ...markLooks[name] };
  all.sub.excludes = all.sup.excludes = "sub sup";
  return all;
}

export const schema = new Schema({ nodes: nodes(), marks: marks() });

// isBlock tells whether nodes of this type carry an id.
export const isBlock = (type) => Boolean(table.nodes[type.name]?.block);

// may tells whether the table knows a type: "frame" stands only in newer ones.
export const may = (name) => name in table.nodes;
