// What is pasted from Word, Google Docs and web pages, cleaned before it is read by the schema.
import { DOMParser } from "prosemirror-model";
import { schema } from "./schema.js";
import { goodLink } from "./attrs.js";

const gone = "script, style, meta, link, title, template, noscript, svg, math, object, embed, iframe, form button, input, select, textarea, [hidden], .MsoCommentReference, [style*='mso-hide:all'], [style*='display:none'], [style*='display: none'], [style*='mso-element:comment'], xml";
const blockTags = "p, div, h1, h2, h3, h4, h5, h6, ul, ol, li, blockquote, pre, section, article";

const unwrap = (el) => el.replaceWith(...el.childNodes);
const all = (root, what) => [...root.querySelectorAll(what)];
const style = (el) => el.getAttribute("style") ?? "";

// clean changes a pasted tree in place. It runs nothing and fetches nothing. left counts the pictures that did not come.
export function clean(root) {
  all(root, gone).forEach((el) => el.remove());
  comments(root);
  all(root, "*").filter((el) => el.localName.includes(":")).forEach((el) => (el.textContent.trim() ? unwrap(el) : el.remove()));
  wordLists(root);
  all(root, "p.MsoTitle").forEach((el) => rename(el, "h2"));
  all(root, "p.MsoQuote, p.MsoIntenseQuote").forEach((el) => rename(el, "blockquote"));
  all(root, "b[id^='docs-internal-guid'], b[style*='font-weight:normal'], b[style*='font-weight: normal']").forEach(unwrap);
  all(root, "br.Apple-interchange-newline, span[style*='mso-list']").forEach((el) => el.remove());
  all(root, "span[style*='mso-tab-count'], span[style*='mso-spacerun']").forEach((el) => el.replaceWith(" "));
  nestedLists(root);
  all(root, "a").forEach(cleanLink);
  all(root, "h1 b, h2 b, h3 b, h4 b, h5 b, h6 b, h1 strong, h2 strong, h3 strong, h4 strong, h5 strong, h6 strong, th b, th strong").forEach(unwrap);
  all(root, "h1, h2, h3, h4, h5, h6, th").forEach((el) => all(el, "span").forEach((s) => s.style.removeProperty("font-weight")));
  all(root, "table").forEach(cleanTable);
  all(root, "li").forEach((li) => all(li, "h1, h2, h3, h4, h5, h6, blockquote").forEach((el) => rename(el, "p")));
  all(root, "p, h1, h2, h3, h4, h5, h6, blockquote").filter((el) => !el.textContent.trim() && !el.querySelector("img, [data-lede]")).forEach((el) => el.remove());
  const left = all(root, "img").length;
  all(root, "img").forEach((el) => el.remove());
  return { left };
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
  for (const p of all(root, "p[style*='mso-list:'], li[style*='mso-list:']").filter((el) => el.localName === "p")) {
    if (/mso-list:\s*none/i.test(style(p))) continue;
    const level = Number(style(p).match(/level(\d)/)?.[1] ?? 1);
    const sign = p.querySelector("span[style*='mso-list:Ignore'], span[style*='mso-list: Ignore']");
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
