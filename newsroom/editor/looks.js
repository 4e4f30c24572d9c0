// How each kind stands on the page while it is written, and what of a pasted page becomes it.
import { cleanAttrs, goodLink } from "./attrs.js";

// own gives back what was copied from this editor.
const own = (name) => ({
  tag: `[data-lede="${name}"]`,
  priority: 80,
  getAttrs: (dom) => cleanAttrs(name, dom.getAttribute("data-attrs")),
});

const outside = {
  paragraph: [{ tag: "p" }],
  heading: [{ tag: "h1", attrs: { level: 2 } }, { tag: "h2", attrs: { level: 2 } }, ...["h3", "h4", "h5", "h6"].map((tag) => ({ tag, attrs: { level: 3 } }))],
  list: [{ tag: "ul", attrs: { ordered: false } }, { tag: "ol", attrs: { ordered: true } }],
  listItem: [{ tag: "li" }],
  quote: [{ tag: "blockquote" }],
  table: [{ tag: "table" }],
  row: [{ tag: "tr" }],
  cell: [{ tag: "td" }, { tag: "th", attrs: { header: true } }],
  divider: [{ tag: "hr" }],
  code: [{ tag: "pre", preserveWhitespace: "full" }],
  hardBreak: [{ tag: "br" }],
};

// readers are the rules that make a node of this name out of HTML.
export const readers = (name) => [own(name), ...(outside[name] ?? [])];

// marked says of which node an element is the copy.
function marked(node, more) {
  const attrs = {};
  for (const [k, v] of Object.entries(node.attrs)) if (v && k !== "id") attrs[k] = v;
  return { "data-lede": node.type.name, ...(Object.keys(attrs).length ? { "data-attrs": JSON.stringify(attrs) } : {}), ...more };
}

const leaf = { toDOM: (n) => ["div", marked(n), n.attrs.caption || n.attrs.title || n.attrs.url || ""] };
const holder = (tag) => ({ toDOM: (n) => [tag, marked(n), 0], defining: true });

export const looks = {
  paragraph: { toDOM: () => ["p", 0] },
  heading: { toDOM: (n) => [`h${n.attrs.level}`, 0], defining: true },
  list: { toDOM: (n) => [n.attrs.ordered ? "ol" : "ul", 0] },
  listItem: { toDOM: () => ["li", 0], defining: true },
  quote: holder("blockquote"),
  pull: holder("aside"),
  fact: holder("section"),
  gallery: { toDOM: (n) => ["div", marked(n), 0], isolating: true },
  table: { toDOM: (n) => ["table", marked(n), ["tbody", 0]] },
  row: { toDOM: () => ["tr", 0] },
  cell: { toDOM: (n) => [n.attrs.header ? "th" : "td", n.attrs.align ? { class: `to-${n.attrs.align}` } : {}, 0] },
  code: { toDOM: () => ["pre", { dir: "ltr" }, ["code", 0]] },
  divider: { toDOM: () => ["hr"] },
  picture: leaf, embed: leaf, audio: leaf, video: leaf, frame: leaf,
  hardBreak: { toDOM: () => ["br"], inline: true, selectable: false, linebreakReplacement: true },
};

const bold = (v) => (/^(bold(er)?|[6-9]\d{2})$/.test(v) ? null : false);

export const markLooks = {
  link: {
    attrs: { href: {} },
    inclusive: false,
    toDOM: (m) => ["a", { href: goodLink(m.attrs.href) ? m.attrs.href : null, title: m.attrs.href }, 0],
    parseDOM: [{ tag: "a[href]", getAttrs: (dom) => goodLink(dom.getAttribute("href")) && { href: dom.getAttribute("href") } }],
  },
  strong: {
    toDOM: () => ["strong", 0],
    parseDOM: [{ tag: "strong" }, { tag: "b", getAttrs: (d) => (d.style.fontWeight === "normal" ? false : null) }, { style: "font-weight", getAttrs: bold }],
  },
  em: { toDOM: () => ["em", 0], parseDOM: [{ tag: "em" }, { tag: "i" }, { style: "font-style=italic" }] },
  strike: { toDOM: () => ["s", 0], parseDOM: [{ tag: "s" }, { tag: "strike" }, { tag: "del" }, { style: "text-decoration=line-through" }] },
  sub: { toDOM: () => ["sub", 0], parseDOM: [{ tag: "sub" }, { style: "vertical-align=sub" }] },
  sup: { toDOM: () => ["sup", 0], parseDOM: [{ tag: "sup" }, { style: "vertical-align=super" }] },
};
