// Pictures on their way in: dropped, pasted, chosen from the library; with progress, and words when one is refused.
import { Plugin, PluginKey, NodeSelection } from "prosemirror-state";
import { Decoration, DecorationSet } from "prosemirror-view";
import { button, dialog, h, icon, tell, time } from "./dom.js";
import { upload } from "./net.js";
import { schema } from "./schema.js";
import { put } from "./commands.js";

const key = new PluginKey("uploads");

// uploads shows what is on its way where it will stand.
export const uploads = () => new Plugin({
  key,
  state: {
    init: () => DecorationSet.empty,
    apply(tr, set) {
      set = set.map(tr.mapping, tr.doc);
      const asked = tr.getMeta(key);
      if (asked?.add) set = set.add(tr.doc, [Decoration.widget(asked.pos, asked.add, { id: asked.id, side: -1, key: asked.id })]);
      if (asked?.away) set = set.remove(set.find(null, null, (s) => s.id === asked.away));
      return set;
    },
  },
  props: { decorations: (state) => key.getState(state) },
});

const placeOf = (state, id) => key.getState(state).find(null, null, (s) => s.id === id)[0]?.from ?? null;

// pictureFiles are the pictures among files. Of a clipboard that has words too, none: those are the words' picture.
export function pictureFiles(data) {
  if (!data?.files?.length || (data.types.includes("text/html") && data.getData("text/html").replace(/<img[^>]*>/g, "").replace(/<[^>]+>/g, "").trim())) return [];
  return [...data.files].filter((f) => f.type.startsWith("image/") || /\.(heic|heif)$/i.test(f.name));
}

const filesOf = (json) => (Array.isArray(json) ? json : json?.pictures ?? json?.files ?? [json]);

// send uploads one file and tells how far it is; it gives the medium, or throws with words for a person.
export async function send(app, file, onprogress) {
  let answer;
  try {
    answer = await upload("/newsroom/pictures", file, onprogress);
  } catch {
    throw new Error("No connection. Add it again when it is back.");
  }
  if (answer.status === 401) {
    app.signIn.open();
    throw new Error("You were signed out. Sign in and add it again.");
  }
  const found = filesOf(answer.json)[0];
  if (answer.status >= 300 || !found?.id) throw new Error(found?.error ?? answer.json?.says ?? answer.json?.error ?? "The server did not take it.");
  app.media.set(String(found.id), found);
  return found;
}

// drop brings files in at a place of the text, one after the other.
export async function drop(app, files, pos) {
  for (const file of files) await one(app, file, pos);
}

async function one(app, file, pos) {
  const { view } = app, id = `up-${Math.random().toString(36).slice(2)}`;
  const top = view.state.doc.resolve(Math.min(pos, view.state.doc.content.size));
  const bar = h("progress", { max: 1, value: 0, "aria-label": `${file.name} on its way` });
  const row = h("div", { class: "uploading", contenteditable: "false" }, icon("picture"), h("span", {}, file.name), bar);
  view.dispatch(view.state.tr.setMeta(key, { add: row, id, pos: top.depth ? top.after(1) : top.pos }));
  try {
    const m = await send(app, file, (share) => { bar.value = share; });
    const at = placeOf(view.state, id) ?? view.state.doc.content.size;
    const tr = view.state.tr.setMeta(key, { away: id }).insert(at, pictureOf(m));
    view.dispatch(tr.setSelection(NodeSelection.create(tr.doc, at)).scrollIntoView());
    tell(`${file.name} is in. Write its alt text: press Enter.`);
  } catch (err) {
    row.replaceChildren(icon("warn"), h("span", { role: "alert" }, `${file.name}: ${err.message}`), button("Well", () => view.dispatch(view.state.tr.setMeta(key, { away: id })), "small"));
    row.className = "uploading bad";
  }
}

// pictureOf is the block of a medium. Its alt text is asked for where it is used.
export const pictureOf = (m) => schema.nodes.picture.create({ media: String(m.id), alt: m.alt || "", caption: m.caption || "", credit: m.credit || "" });

// choose opens the library. many: several may be taken; kind: "" pictures, "audio", "video". It settles with the media taken.
export function choose(app, title, { many = false, kind = "" } = {}) {
  return new Promise((resolve) => {
    const taken = new Map(), tiles = h("ul", { class: "tiles pickers", "aria-label": "Library" }), said = h("div", { class: "stack tight", role: "status" });
    let before = "", last = 0;
    const look = async (more) => {
      const mine = ++last;
      if (!more) before = "";
      try {
        const { json } = await app.ask("GET", `/newsroom/pictures.json?q=${encodeURIComponent(search.value)}&before=${before}${kind && `&kind=${kind}`}`);
        if (mine !== last) return;
        const list = filesOf(json ?? []).filter((m) => m?.id);
        before = json?.before ?? json?.next ?? list.at(-1)?.id ?? "";
        if (!more) tiles.replaceChildren();
        tiles.append(...list.map(tile));
        if (!tiles.children.length) tiles.replaceChildren(h("li", { class: "dim" }, search.value ? "Nothing in the library has these words." : "The library is empty. Add the first below."));
        further.hidden = list.length < 20;
      } catch {
        tiles.replaceChildren(h("li", { class: "dim" }, "No connection: the library cannot be searched."));
      }
    };
    const tile = (m) => {
      app.media.set(String(m.id), m);
      const name = m.caption || m.alt || m.name || `Picture ${m.id}`;
      const b = h("button", { type: "button", "aria-pressed": many ? "false" : null, onclick: () => take(m, b) }, m.url ? h("img", { src: m.url, alt: "", loading: "lazy" }) : icon("picture"), h("b", {}, name), h("small", {}, m.credit || ""));
      return h("li", {}, b);
    };
    const take = (m, b) => {
      if (!many) return done([m]);
      if (taken.delete(m.id)) return b.setAttribute("aria-pressed", "false");
      taken.set(m.id, m);
      b.setAttribute("aria-pressed", "true");
    };
    const done = (list) => {
      resolve(list);
      box.close();
    };
    const add = async (files) => {
      for (const file of files) {
        const bar = h("progress", { max: 1, value: 0 }), row = h("p", {}, file.name, " ", bar);
        said.append(row);
        try {
          const m = await send(app, file, (s) => { bar.value = s; });
          row.replaceChildren(`${file.name} is in.`);
          tiles.prepend(tile(m));
          if (!many && files.length === 1) return done([m]);
          if (many) take(m, tiles.firstElementChild.firstElementChild);
        } catch (err) {
          row.replaceChildren(`${file.name}: ${err.message}`);
          row.className = "wrong";
        }
      }
    };
    let timer = 0;
    const search = h("input", { type: "search", "aria-label": "Search the library", placeholder: "Caption, credit …", oninput: () => { clearTimeout(timer); timer = setTimeout(() => look(), 200); } });
    const further = button("More", () => look(true));
    const file = h("input", { type: "file", multiple: many, accept: kind ? `${kind}/*` : "image/*,.heic,.heif", class: "vh", tabindex: "-1", "aria-label": "Files to add", onchange: () => add([...file.files]) });
    const body = h("div", { class: "stack field" }, search, tiles, said, h("div", { class: "bar" }, further, h("label", {}, file), button("Add from this device", () => file.click()),
      many && button("Put them in", () => done([...taken.values()]), "go")));
    body.addEventListener("dragover", (e) => e.preventDefault());
    body.addEventListener("drop", (e) => { e.preventDefault(); add([...e.dataTransfer.files]); });
    body.addEventListener("paste", (e) => { const f = pictureFiles(e.clipboardData); if (f.length) { e.preventDefault(); add(f); } });
    const box = dialog(title, body, { wide: true, onclose: () => resolve([]) });
    look();
    search.focus();
  });
}

// putPictures lays chosen pictures into the text.
export function putPictures(app, list, gallery) {
  if (!list.length) return;
  if (gallery) return put(app.view, schema.nodes.gallery.create(null, list.map(pictureOf)));
  for (const m of list) put(app.view, pictureOf(m));
  const piece = app.pieces.at(app.view.nodeDOM(app.view.state.selection.from));
  piece?.enter(); // its alt text is asked for now
}

export { time };
