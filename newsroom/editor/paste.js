// What is pasted from Word, Google Docs and web pages, cleaned before it is read by the schema.
import { DOMParser } from "prosemirror-model";
import { schema } from "./schema.js";
import { goodLink } from "./attrs.js";

const gone = "script, style, meta, link, title, template, noscript, svg, math, object, embed, iframe, form button, input, select, textarea, [hidden], .MsoCommentReference, [data-style*='mso-hide:all'], [data-style*='display:none'], [data-style*='display: none'], [data-style*='mso-element:comment'], xml";
const blockTags = "p, div, h1, h2, h3, h4, h5, h6, ul, ol, li, blockquote, pre, section, article";

const unwrap = (el) => el.replaceWith(...el.childNodes);
const all = (root, what) => [...root.querySelectorAll(what)];
const style = (el) => el.getAttribute("data-style") ?? "";

// quiet renames styles and handlers in pasted HTML before it is parsed: the page's policy would refuse each of them aloud.
export function quiet(html) {
  return html.replace(/<style[\s\S]*?<\/style>/gi, "").replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/\sstyle(?=\s*=)/gi, " data-style").replace(/\son[a-z]+(?=\s*=)/gi, " data-off"));
}

// What styles mean in words of the schema.
const meanings = [
  ["strong", /font-weight:\s*(bold|bolder|[6-9]\d\d)/i], ["em", /font-style:\s*italic/i], ["s", /text-decoration[^;:]*:[^;]*line-through/i],
  ["sub", /vertical-align:\s*sub/i], ["sup", /vertical-align:\s*super/i],
];

// meant sets marks where a style stood for one.
function meant(root) {
  for (const el of all(root, "span[data-style], a[data-style], font[data-style]")) {
    for (const [tag, means] of meanings) {
      if (!means.test(style(el)) || !el.textContent.trim()) continue;
      const mark = el.ownerDocument.createElement(tag);
      mark.append(...el.childNodes);
      el.append(mark);
    }
  }
}

// clean changes a pasted tree in place. It runs nothing and fetches nothing. left counts the pictures that did not come.
export function clean(root) {
  all(root, gone).forEach((el) => el.remove());
  comments(root);
  all(root, "*").filter((el) => el.localName.includes(":")).forEach((el) => (el.textContent.trim() ? unwrap(el) : el.remove()));
  wordLists(root);
  all(root, "p.MsoTitle").forEach((el) => rename(el, "h2"));
  all(root, "p.MsoQuote, p.MsoIntenseQuote").forEach((el) => rename(el, "blockquote"));
  all(root, "b[id^='docs-internal-guid'], b[data-style*='font-weight:normal'], b[data-style*='font-weight: normal']").forEach(unwrap);
  all(root, "br.Apple-interchange-newline, span[data-style*='mso-list']").forEach((el) => el.remove());
  all(root, "span[data-style*='mso-tab-count'], span[data-style*='mso-spacerun']").forEach((el) => el.replaceWith(" "));
  meant(root);
  all(root, "br").filter(between).forEach((el) => el.remove());
  nestedLists(root);
  all(root, "a").forEach(cleanLink);
  all(root, "h1 b, h2 b, h3 b, h4 b, h5 b, h6 b, h1 strong, h2 strong, h3 strong, h4 strong, h5 strong, h6 strong, th b, th strong").forEach(unwrap);
  all(root, "table").forEach(cleanTable);
  all(root, "li").forEach((li) => all(li, "h1, h2, h3, h4, h5, h6, blockquote").forEach((el) => rename(el, "p")));
  all(root, "p, h1, h2, h3, h4, h5, h6, blockquote").filter((el) => !el.textContent.trim() && !el.querySelector("img, [data-lede]")).forEach((el) => el.remove());
  const left = all(root, "img").length;
  all(root, "img").forEach((el) => el.remove());
  return { left };
}

// between tells whether a break stands between blocks, where it means nothing.
function between(br) {
  const beside = (side) => {
    let n = br[side];
    while (n && n.nodeType === 3 && !n.data.trim()) n = n[side];
    return !n || (n.nodeType === 1 && n.matches(`${blockTags}, table, figure, hr, br`));
  };
  return beside("previousSibling") && beside("nextSibling") && !br.closest("p, li, td, th, h1, h2, h3, h4, h5, h6, pre");
}

function comments(root) {
  const walker = root.ownerDocument.createTreeWalker(root, NodeFilter.SHOW_COMMENT), list = [];
  while (walker.nextNode()) list.push(walker.currentNode);
  list.forEach((c) => c.remove());
}

function rename(el, tag) {
  const other = el.ownerDocument.createElement(tag);
  other.append(...el.childNodes);
  el.replaceWith(other);
  return other;
}

// wordLists: Word writes lists as paragraphs with "mso-list:l0 level2"; what it printed before the text tells their kind.
function wordLists(root) {
  const stack = [];
  let last = null;
  for (const p of all(root, "p[data-style*='mso-list:'], li[data-style*='mso-list:']").filter((el) => el.localName === "p")) {
    if (/mso-list:\s*none/i.test(style(p))) continue;
    const level = Number(style(p).match(/level(\d)/)?.[1] ?? 1);
    const sign = p.querySelector("span[data-style*='mso-list:Ignore'], span[data-style*='mso-list: Ignore']");
    const ordered = /^\s*\(?(\d+|[a-zA-Z]|[ivxIVX]+)[.)]/.test(sign?.textContent ?? "");
    sign?.remove();
    if (last && before(p) !== last) stack.length = 0;
    last = place(p, level, ordered, stack);
  }
}

// before is the element in front of p, the list that was just made of its neighbours.
function before(p) {
  return p.previousElementSibling;
}

// place puts the paragraph as an item into the list of its level, and gives the outermost list.
function place(p, level, ordered, stack) {
  while (stack.length > level) stack.pop();
  while (stack.length < level) {
    const list = p.ownerDocument.createElement(ordered ? "ol" : "ul");
    if (stack.length) (stack.at(-1).lastElementChild ?? stack.at(-1)).append(list);
    else p.before(list);
    stack.push(list);
  }
  const item = p.ownerDocument.createElement("li");
  item.append(...p.childNodes);
  stack.at(-1).append(item);
  p.remove();
  return stack[0];
}

// nestedLists: Google Docs puts a list in a list beside the item it belongs to.
function nestedLists(root) {
  for (const list of all(root, "ul > ul, ul > ol, ol > ul, ol > ol")) {
    const item = list.previousElementSibling;
    if (item?.localName === "li") item.append(list);
    else {
      const li = list.ownerDocument.createElement("li");
      list.replaceWith(li);
      li.append(list);
    }
  }
}

function cleanLink(a) {
  let href = (a.getAttribute("href") ?? "").trim();
  try {
    const u = new URL(href);
    if (/(^|\.)google\.[a-z.]+$/.test(u.hostname) && u.pathname === "/url") href = u.searchParams.get("q") ?? u.searchParams.get("url") ?? href;
  } catch { /* judged below */ }
  if (goodLink(href) && a.textContent.trim()) a.setAttribute("href", href);
  else unwrap(a);
}

// cleanTable makes cells of one line each; a table of one cell is the page's scaffolding.
function cleanTable(table) {
  const cells = all(table, "td, th");
  if (cells.length <= 1 || table.querySelector("table")) {
    const made = table.ownerDocument.createDocumentFragment();
    cells.filter((c) => c.closest("table") === table).forEach((c) => made.append(...rename(c, "div").childNodes));
    return table.replaceWith(made);
  }
  all(table, "caption").forEach((el) => table.before(rename(el, "p")));
  for (const cell of cells) {
    all(cell, blockTags).forEach((el) => {
      if (el.nextSibling || el.nextElementSibling) el.after(el.ownerDocument.createElement("br"));
      unwrap(el);
    });
    const more = Math.min(Number(cell.getAttribute("colspan")) || 1, 20) - 1;
    for (let i = 0; i < more; i++) cell.after(cell.ownerDocument.createElement(cell.localName));
    cell.removeAttribute("colspan");
    cell.removeAttribute("rowspan");
  }
}

// parser reads what is pasted: cleaned first. told(left) hears of pictures that did not come.
export function parser(told) {
  const base = DOMParser.fromSchema(schema);
  return {
    parseSlice(dom, options) {
      const ours = dom.querySelector?.("[data-pm-slice]");
      const { left } = ours ? { left: 0 } : clean(dom);
      if (left) told(left);
      return base.parseSlice(dom, options);
    },
  };
}
