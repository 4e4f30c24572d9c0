// Between ProseMirror's nodes and the JSON that is kept: nothing said that is false or empty; nothing lost that is not understood.
import { schema, table } from "./schema.js";
import { newID } from "./ids.js";

const known = new WeakMap();

// plain is a block as JSON, the same object for the same node.
export function plain(node) {
  let json = known.get(node);
  if (!json) known.set(node, (json = make(node)));
  return json;
}

function make(node) {
  if (node.isText) return { type: "text", ...(node.marks.length ? { marks: node.marks.map(markOf) } : {}), text: node.text };
  const out = { type: node.type.name }, attrs = {};
  const names = ["id", ...(table.nodes[node.type.name]?.attrs ?? []).map((a) => a.name)];
  for (const name of names) if (node.attrs[name]) attrs[name] = node.attrs[name];
  if (Object.keys(attrs).length) out.attrs = attrs;
  if (node.childCount) out.content = node.content.content.map(make);
  return out;
}

const markOf = (m) => (m.type.name === "link" ? { type: "link", attrs: { href: m.attrs.href } } : { type: m.type.name });

// plainDoc is a whole document as JSON.
export const plainDoc = (doc) => ({ type: "doc", attrs: { schema: table.version }, content: doc.content.content.map(plain) });

// texts gathers the text of any JSON, so that a block that is not understood still gives its words.
function texts(json) {
  if (!json || typeof json !== "object") return "";
  return (json.text ?? "") + (Array.isArray(json.content) ? json.content.map(texts).join(" ") : "");
}

function readBlock(json) {
  try {
    const node = schema.nodeFromJSON(json);
    node.check();
    if (node.type.isInGroup("block")) return node;
  } catch { /* kept below, as its words */ }
  const words = texts(json).trim();
  return schema.node("paragraph", { id: json?.attrs?.id ?? newID() }, words ? schema.text(words) : null);
}

// readDoc makes a document of JSON. A block that this editor does not understand becomes a paragraph of its words.
export function readDoc(json) {
  const blocks = (json?.content ?? []).map(readBlock);
  if (!blocks.length) blocks.push(schema.node("paragraph", { id: newID() }));
  return withIDs(schema.node("doc", null, blocks));
}

function withIDs(doc) {
  const taken = new Set();
  const mend = (node) => {
    let attrs = node.attrs;
    if ("id" in attrs && (!attrs.id || taken.has(attrs.id))) attrs = { ...attrs, id: newID() };
    if ("id" in attrs) taken.add(attrs.id);
    if (node.inlineContent || node.isLeaf) return attrs === node.attrs ? node : node.type.create(attrs, node.content, node.marks);
    return node.type.create(attrs, node.content.content.map(mend), node.marks);
  };
  return schema.node("doc", null, doc.content.content.map(mend));
}
