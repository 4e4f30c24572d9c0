// A link: to an address, or to an article of ours found by its headline.
import { TextSelection } from "prosemirror-state";
import { button, dialog, h } from "./dom.js";
import { goodLink } from "./attrs.js";
import { schema } from "./schema.js";

const type = schema.marks.link;

// linkAt gives the link around the cursor, with its ends.
export function linkAt(state) {
  const { $from, empty } = state.selection;
  const { parent, parentOffset } = $from;
  if (!parent.inlineContent) return null;
  let hit = null, offset = 0;
  parent.forEach((child, o) => { if (o <= parentOffset && parentOffset <= o + child.nodeSize && type.isInSet(child.marks)) { hit ??= child; offset = offset || o; } });
  if (!hit || (!empty && !type.isInSet(hit.marks))) return null;
  const href = type.isInSet(hit.marks).attrs.href, start = $from.start();
  let from = null, to = null;
  parent.forEach((child, o) => {
    const here = type.isInSet(child.marks)?.attrs.href === href;
    if (here && o <= parentOffset && from === null) from = start + o;
    if (!here && o <= parentOffset) from = null;
    if (here && from !== null && (to === null || to === start + o)) to = start + o + child.nodeSize;
  });
  return from === null ? null : { href, from, to };
}

// address makes of what was typed what may stand in a link: "example.org" gets its https.
export function address(typed) {
  const s = typed.trim();
  if (goodLink(s)) return s;
  if (/^[^\s@/]+@[^\s@/]+\.[^\s@/]+$/.test(s)) return `mailto:${s}`;
  return /^[^\s/]+\.[^\s/]{2,}/.test(s) && goodLink(`https://${s}`) ? `https://${s}` : "";
}

// chooser finds articles of ours: a field with a list below it. onpick gets {id, headline, path}.
export function chooser(ask, label, onpick) {
  const listed = h("ul", { class: "picks", "aria-label": "Articles found" });
  let last = 0;
  const look = async (q) => {
    const mine = ++last;
    if (q.trim().length < 2) return listed.replaceChildren();
    try {
      const { json } = await ask("GET", `/newsroom/find.json?q=${encodeURIComponent(q)}`);
      if (mine !== last) return;
      const found = json ?? [];
      listed.replaceChildren(...found.slice(0, 8).map((a) => h("li", {}, h("button", { type: "button", class: "pick", onclick: () => onpick(a) }, a.headline || "No headline yet", " ", h("small", { class: "dim" }, a.says)))));
      if (!found.length) listed.replaceChildren(h("li", { class: "dim" }, "No article of ours has these words."));
    } catch {
      listed.replaceChildren(h("li", { class: "dim" }, "No connection: articles cannot be searched."));
    }
  };
  let timer = 0;
  const input = h("input", { type: "search", "aria-label": label, placeholder: label, oninput: () => { clearTimeout(timer); timer = setTimeout(() => look(input.value), 200); } });
  return { input, listed };
}

// askLink asks for the link of the selection.
export function askLink(app) {
  const { view } = app, at = linkAt(view.state);
  const said = h("p", { class: "wrong", role: "alert" });
  const input = h("input", { id: "link-to", value: at?.href ?? "", dir: "ltr", autocomplete: "off" });
  const { input: search, listed } = chooser(app.ask, "Or an article of ours", (a) => set(a.path || a.url, a.headline));
  const set = (href, words) => {
    const to = address(href ?? "");
    if (!to) return void (said.textContent = "An address begins with https:// or is one of our own, /2026/11/….");
    box.close();
    put(view, at, to, words);
  };
  const form = h("form", { class: "stack" }, h("p", { class: "field" }, h("label", { for: "link-to" }, "Address"), input, said), h("div", { class: "field" }, search, listed),
    h("div", { class: "bar" }, h("button", { class: "btn go" }, "Link"), at && button("Take the link away", () => {
      box.close();
      view.dispatch(view.state.tr.removeMark(at.from, at.to, type));
      view.focus();
    })));
  form.addEventListener("submit", (e) => {
    e.preventDefault();
    set(input.value);
  });
  const box = dialog(at ? "Change the link" : "Link", form);
  input.select();
}

function put(view, at, href, words) {
  const { from, to, empty } = view.state.selection, mark = type.create({ href }), tr = view.state.tr;
  if (at && empty) tr.removeMark(at.from, at.to, type).addMark(at.from, at.to, mark);
  else if (empty) tr.replaceSelectionWith(schema.text(words || href, [mark]), false);
  else tr.removeMark(from, to, type).addMark(from, to, mark).setSelection(TextSelection.create(tr.doc, to));
  view.dispatch(tr.scrollIntoView());
  view.focus();
}
