// The text itself: ProseMirror with the paper's schema, rules and keys.
import { dropCursor } from "prosemirror-dropcursor";
import { gapCursor } from "prosemirror-gapcursor";
import { history } from "prosemirror-history";
import { EditorState, Plugin, Selection } from "prosemirror-state";
import { tableEditing } from "prosemirror-tables";
import { Decoration, DecorationSet, EditorView } from "prosemirror-view";
import { embed, pastedLink } from "./embeds.js";
import { find } from "./find.js";
import { ids, span } from "./ids.js";
import { keysOf } from "./keys.js";
import { parser, quiet } from "./paste.js";
import { drop, pictureFiles, uploads } from "./pictures.js";
import { plain, readDoc } from "./plain.js";
import { rules } from "./rules.js";
import { tk } from "./tk.js";
import { nodeViews } from "./views.js";

// empty shows what to do in a text without words.
const empty = () => new Plugin({
  props: {
    decorations({ doc }) {
      if (doc.childCount !== 1 || doc.firstChild.type.name !== "paragraph" || doc.firstChild.content.size) return null;
      return DecorationSet.create(doc, [Decoration.node(0, doc.firstChild.nodeSize, { class: "empty" })]);
    },
  },
});

// blocksOf is the text as the list of JSON blocks that goes out; unchanged blocks are the same objects.
export const blocksOf = (doc) => doc.content.content.map(plain);

// newBody opens the text in the element. app: {onbody(doc, change), ...what keys and pieces need}.
export function newBody(place, blocks, app) {
  const plugins = [rules(), ...keysOf(app), ids(), tk(), find(), uploads(), empty(), history({ newGroupDelay: 800 }), dropCursor({ class: "dropline", width: 2, color: false }), gapCursor(), tableEditing()];
  const view = new EditorView({ mount: place }, {
    state: EditorState.create({ doc: readDoc({ content: blocks }), plugins }),
    nodeViews: nodeViews(app),
    editable: () => app.mayWrite(),
    transformPastedHTML: quiet,
    clipboardParser: parser((left) => app.toast(`${left} ${left === 1 ? "picture" : "pictures"} did not come along. Drop them here, or take them from Pictures.`)),
    dispatchTransaction(tr) {
      const was = view.state.doc;
      view.updateState(view.state.apply(tr));
      if (tr.docChanged || view.state.doc !== was) app.onbody(view.state.doc, tr);
      else if (tr.selectionSet) app.onselection();
    },
    handlePaste: (v, e) => pasted(v, e, app),
    handleDOMEvents: { dragover: (_, e) => e.dataTransfer?.types.includes("Files") && e.preventDefault() },
    handleDrop: (v, e) => dropped(v, e, app),
  });
  return view;
}

function pasted(view, event, app) {
  if (!app.mayWrite()) return true;
  const data = event.clipboardData, files = pictureFiles(data);
  if (files.length) {
    drop(app, files, view.state.selection.from);
    return true;
  }
  const url = data && pastedLink(view, data.getData("text/plain") ?? "");
  if (!url) return false;
  embed(app, url);
  return true;
}

function dropped(view, event, app) {
  const files = pictureFiles(event.dataTransfer);
  if (!files.length) return false;
  event.preventDefault();
  const at = view.posAtCoords({ left: event.clientX, top: event.clientY });
  if (app.mayWrite()) drop(app, files, at?.pos ?? view.state.doc.content.size);
  return true;
}

// follow makes the text that of the server, changing only what differs, so that the place on the screen stays.
export function follow(view, blocks) {
  const doc = readDoc({ content: blocks });
  const same = new Map();
  view.state.doc.forEach((n) => same.set(n.attrs.id, n));
  const kept = doc.content.content.map((n) => { const old = same.get(n.attrs.id); return old?.eq(n) ? old : n; });
  const now = doc.copy(doc.content.constructor.from(kept)), s = span(view.state.doc, now);
  if (s.from === s.wasTo && s.from === s.nowTo) return;
  let from = 0, to = 0;
  view.state.doc.forEach((n, o, i) => { if (i < s.from) from = o + n.nodeSize; if (i < s.wasTo) to = o + n.nodeSize; });
  const tr = view.state.tr.replaceWith(from, to, kept.slice(s.from, s.nowTo)).setMeta("addToHistory", false).setMeta("theirs", true);
  view.dispatch(tr);
}

// toBlock shows a block by its id, and puts the cursor there.
export function toBlock(view, id) {
  let at = -1;
  view.state.doc.descendants((n, pos) => { if (n.attrs.id === id) at = pos; return at < 0; });
  if (at < 0) return false;
  view.dispatch(view.state.tr.setSelection(Selection.near(view.state.doc.resolve(at + 1))).scrollIntoView());
  view.focus();
  return true;
}
