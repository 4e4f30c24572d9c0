// Notes on the article and on its passages.
import { $, button, h, time, who } from "./dom.js";
import { toBlock } from "./body.js";

// notes is the tab; load() asks the server for them.
export function notes(app) {
  let on = null; // the passage a note will be on
  const list = h("ol", { class: "talk" }), said = h("p", { class: "wrong", role: "alert" });
  const passage = h("p", { class: "hint" });
  const input = h("textarea", { id: "note", rows: 2, placeholder: "A note; @name to tell somebody", dir: "auto" });
  const about = (p) => {
    on = p;
    passage.replaceChildren(...(p ? [`on “${p.quote}” `, h("button", { type: "button", class: "inline", onclick: () => about(null) }, "on the whole article")] : []));
  };
  const send = async () => {
    if (!input.value.trim()) return;
    try {
      const { status, json } = await app.ask("POST", "notes", { text: input.value, block: on?.block ?? "", quote: on?.quote ?? "", reply: "" });
      if (status >= 300) return void (said.textContent = json?.says ?? json?.error ?? (status === 401 ? "You were signed out." : "The note was not kept."));
      input.value = said.textContent = "";
      about(null);
      await load();
    } catch {
      said.textContent = "No connection. The note stays in its field.";
    }
  };
  input.addEventListener("keydown", (e) => { if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) { e.preventDefault(); send(); } });
  const row = (n) => h("li", { class: n.done ? "done" : null }, who({ name: n.by?.name ?? n.name ?? "Somebody", initials: n.by?.initials }, false, true), h("time", {}, n.at ? time(n.at) : ""), h("p", { dir: "auto" }, n.text),
    n.quote && h("button", { type: "button", class: "inline", onclick: () => toBlock(app.view, n.block) }, `on “${n.quote}”`),
    !n.done && button("Done", async () => { await app.ask("POST", `notes/${n.id}/done`, {}).catch(() => {}); load(); }, "small soft"));
  const show = (all) => {
    const open = all.filter((n) => !n.done);
    list.replaceChildren(...open.flatMap((n) => [row(n), ...(n.replies ?? []).map(row)]));
    if (!open.length) list.replaceChildren(h("li", { class: "dim" }, "Notes to each other stand here; readers never see them."));
    $("notes-count").textContent = open.length || "";
  };
  async function load() {
    try {
      const { status, json } = await app.ask("GET", "notes");
      if (status === 200 && json) show(json.notes ?? json);
    } catch { /* they are asked for again with the next beat */ }
  }
  show(app.state.notes ?? []);
  const box = h("div", { class: "stack" }, list, h("div", { class: "field" }, h("label", { for: "note" }, "A note"), passage, input, said, h("div", { class: "bar" }, button("Add the note", send), h("span", { class: "hint" }, "Readers never see it."))));
  return { box, load, about(p) { about(p); input.focus(); } };
}
