// Blocks that say something of themselves beside their text: fields stand where the words will stand in print.
import { NodeSelection } from "prosemirror-state";
import { addColumnAfter, addColumnBefore, addRowAfter, addRowBefore, deleteColumn, deleteRow } from "prosemirror-tables";
import { button, h, icon } from "./dom.js";
import { goodLink } from "./attrs.js";
import { toggleHeaderRow, alignCells } from "./commands.js";

// The fields of each kind: [attribute, label, what stands in the empty field].
const fields = {
  picture: [["alt", "Alt text", "What is to be seen, for those who do not see it"], ["caption", "Caption", "Caption"], ["credit", "Credit", "Credit"], ["wide", "Wide"]],
  gallery: [["caption", "Caption of the gallery", "Caption of the gallery"]],
  table: [["caption", "Caption of the table", "Caption of the table"]],
  audio: [["title", "Title", "Title"], ["caption", "Caption", "Caption"], ["credit", "Credit", "Credit"], ["transcript", "Address of the transcript", "https://… of the transcript"]],
  video: [["title", "Title", "Title"], ["caption", "Caption", "Caption"], ["credit", "Credit", "Credit"], ["transcript", "Address of the transcript", "https://… of the transcript"]],
  embed: [["title", "Title on the card", "Title on the card"]],
  fact: [["title", "Title of the box", "Title of the box"]],
  quote: [["cite", "Who says so", "Who says so"]],
  pull: [["cite", "Who says so", "Who says so"]],
  code: [["language", "Language of the code", "Language of the code, “go”"]],
  frame: [["title", "What the frame shows", "What the frame shows, for those who do not see it"], ["height", "Height in pixels", "400"], ["code", "Code", "HTML, with its own scripts and styles"]],
};

const names = {
  picture: "Picture", gallery: "Gallery", table: "Table", audio: "Sound", video: "Film", embed: "Card of another site",
  fact: "Fact box", quote: "Quotation", pull: "Pull quote", code: "Code", frame: "Free code",
};

// Piece is the view of one such block.
class Piece {
  constructor(node, view, getPos, app) {
    Object.assign(this, { node, view, getPos, app, inputs: {} });
    this.build();
    this.show();
  }

  get kind() { return this.node.type.name; }

  build() {
    const rows = this.fields();
    this.dom = h("div", { class: `piece ${this.kind}`, role: "group", "aria-label": names[this.kind] });
    this.figure = h("div", { class: "shown", contenteditable: "false" });
    const holder = this.holder();
    if (holder && this.kind === "fact") this.dom.append(rows, holder);
    else this.dom.append(holder ?? this.figure, rows);
  }

  // holder is the element in which ProseMirror writes, for kinds that hold text or blocks.
  holder() {
    const make = {
      quote: () => (this.contentDOM = h("blockquote")),
      pull: () => (this.contentDOM = h("aside", { class: "pullq" })),
      fact: () => (this.contentDOM = h("div", { class: "factbody" })),
      gallery: () => (this.contentDOM = h("div", { class: "pics" })),
      code: () => {
        this.contentDOM = h("code");
        return h("pre", { dir: "ltr", spellcheck: "false" }, this.contentDOM);
      },
      table: () => {
        this.contentDOM = h("tbody");
        return h("div", { class: "scroll" }, h("table", {}, this.contentDOM));
      },
    }[this.kind];
    return make?.();
  }

  fields() {
    const box = h("div", { class: "says", contenteditable: "false" });
    for (const [name, label, empty] of fields[this.kind]) box.append(this.field(name, label, empty));
    if (this.kind === "table") box.append(this.tableKeys());
    if (this.kind === "gallery") box.append(button("Add pictures", () => this.app.addToGallery(this.getPos()), "small"));
    return box;
  }

  field(name, label, empty) {
    const big = name === "code", tick = name === "wide";
    const input = h(big ? "textarea" : "input", { "aria-label": label, placeholder: empty, type: big ? null : tick ? "checkbox" : "text", dir: big || name === "transcript" ? "ltr" : "auto", rows: big && 6, readonly: !this.view.editable });
    input.addEventListener("input", () => this.set(name, tick ? input.checked : name === "height" ? Number.parseInt(input.value, 10) || null : input.value));
    input.addEventListener("keydown", (e) => this.key(e));
    this.inputs[name] = input;
    return tick ? h("label", { class: "tickbox" }, input, label) : input;
  }

  // key: Escape gives the keys back to the text, Enter too where a field is one line.
  key(e) {
    if (e.isComposing || (e.key !== "Escape" && (e.key !== "Enter" || e.target.tagName === "TEXTAREA"))) return;
    e.preventDefault();
    e.stopPropagation();
    this.view.focus();
    const at = this.getPos();
    if (!this.contentDOM) this.view.dispatch(this.view.state.tr.setSelection(NodeSelection.create(this.view.state.doc, at)));
  }

  tableKeys() {
    const keys = [["Row above", addRowBefore], ["Row below", addRowAfter], ["Column before", addColumnBefore], ["Column after", addColumnAfter], ["Row away", deleteRow], ["Column away", deleteColumn],
      ["Header row", toggleHeaderRow], ["Figures to the end", alignCells("end")]];
    return h("div", { class: "keysrow", role: "toolbar", "aria-label": "Table" }, keys.map(([says, command]) => button(says, () => {
      command(this.view.state, this.view.dispatch, this.view);
      this.view.focus();
    }, "small")));
  }

  set(name, value) {
    if (!this.view.editable || this.getPos() === undefined) return;
    this.view.dispatch(this.view.state.tr.setNodeAttribute(this.getPos(), name, value));
  }

  // show brings what is seen up to what the node says.
  show() {
    for (const [name, input] of Object.entries(this.inputs)) {
      if (input.type === "checkbox") input.checked = Boolean(this.node.attrs[name]);
      else if (document.activeElement !== input && input.value !== String(this.node.attrs[name] ?? "")) input.value = this.node.attrs[name] ?? "";
    }
    const draw = { picture: drawPicture, embed: drawCard, audio: drawFile, video: drawFile, frame: drawFrame }[this.kind];
    if (draw) draw(this);
  }

  update(node) {
    if (node.type !== this.node.type) return false;
    this.node = node;
    this.show();
    return true;
  }

  editable(on) { for (const i of Object.values(this.inputs)) { i.readOnly = !on; i.disabled = !on && i.type === "checkbox"; } }
  selectNode() { this.dom.classList.add("chosen"); }
  deselectNode() { this.dom.classList.remove("chosen"); }
  stopEvent(e) { return /^(INPUT|TEXTAREA|BUTTON|SELECT|LABEL)$/.test(e.target.tagName) && !this.contentDOM?.contains(e.target); }
  ignoreMutation(m) { return m.type !== "selection" && !this.contentDOM?.contains(m.target); }

  // enter puts the keys into the first field that is empty.
  enter() {
    const all = Object.values(this.inputs);
    (all.find((i) => i.type !== "checkbox" && !i.value) ?? all[0])?.focus();
  }
}

function drawPicture(piece) {
  const m = piece.node.attrs.media;
  if (piece.drawn !== m) {
    piece.drawn = m;
    const img = h("img", { alt: "", loading: "lazy", decoding: "async" });
    piece.figure.replaceChildren(img, (piece.label = h("p", { class: "piclabel" })));
    piece.app.medium(m).then((found) => {
      if (!found) return img.replaceWith(h("p", { class: "nothere" }, "This picture is not there."));
      if (found.width) Object.assign(img, { width: found.width, height: found.height });
      img.src = found.url;
    });
  }
  const missing = !piece.node.attrs.alt;
  if (missing !== piece.missing) piece.label.replaceChildren(...(missing ? [h("span", { class: "tag warn" }, "No alt text yet")] : []));
  piece.missing = missing;
  piece.dom.classList.toggle("wide", piece.node.attrs.wide);
}

function drawCard(piece) {
  const { url, title, description, site, author, provider, media } = piece.node.attrs;
  const key = [url, title, description, site, media].join("\n");
  if (piece.drawn === key) return;
  piece.drawn = key;
  const from = [site || provider, author].filter(Boolean).join(" · ");
  piece.figure.replaceChildren(h("div", { class: "ecard" }, h("p", { class: "dim" }, from || "Another site"), h("p", { class: "et" }, title || url), description && h("p", { class: "dim" }, description),
    h("p", { class: "addr" }, goodLink(url) ? h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, url) : url)));
}

function drawFile(piece) {
  if (piece.drawn === piece.node.attrs.media) return;
  piece.drawn = piece.node.attrs.media;
  const tag = piece.kind;
  piece.app.medium(piece.drawn).then((found) => {
    piece.figure.replaceChildren(found ? h(tag, { controls: true, preload: "none", src: found.file ?? found.url }) : h("p", { class: "nothere" }, "This file is not there."));
  });
}

function drawFrame(piece) {
  if (piece.drawn) return;
  piece.drawn = true;
  piece.figure.replaceChildren(h("p", { class: "dim" }, icon("warn"), " Runs in a sandboxed frame; the preview shows it."));
}

// plain kinds look as ProseMirror draws them.
export function nodeViews(app) {
  const views = {};
  for (const kind of Object.keys(fields)) views[kind] = (node, view, getPos) => app.pieces.add(new Piece(node, view, getPos, app));
  return views;
}

// Pieces remembers the views that stand, to lock and unlock their fields.
export class Pieces {
  constructor() { this.all = new Set(); }

  add(piece) {
    this.all.add(piece);
    piece.destroy = () => this.all.delete(piece);
    return piece;
  }

  editable(on) { for (const p of this.all) p.editable(on); }

  at(dom) { return [...this.all].find((p) => p.dom === dom); }
}
