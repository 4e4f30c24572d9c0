// The panel beside the text: publishing, people, pictures, sources, notes.
import { $, button, h, who } from "./dom.js";
import { checks } from "./checks.js";
import { chooser } from "./link.js";
import { notes } from "./notes.js";
import { choose } from "./pictures.js";
import { previews } from "./previews.js";

const stages = [["draft", "Draft"], ["filed", "Filed"], ["ready", "Ready"]];

// newPanel fills the panel and gives what is to be drawn again when something was written.
export function newPanel(app) {
  const folds = previews(app), list = checks(app), said = notes(app);
  const tabs = {
    publishing: publishing(app, list.ul, folds.fold),
    people: people(app),
    pictures: picturesTab(app),
    sources: sources(app),
    notes: said.box,
  };
  for (const [name, parts] of Object.entries(tabs)) $(`panel-${name}`).append(...[parts].flat().filter(Boolean));
  tabKeys(app);
  return { draw() { list.draw(); folds.draw(); }, notes: said };
}

function tabKeys(app) {
  const tabs = [...document.querySelectorAll("#side [role=tab]")];
  for (const [i, tab] of tabs.entries()) {
    tab.addEventListener("click", (e) => { e.preventDefault(); app.open(tab.dataset.tab); });
    tab.addEventListener("keydown", (e) => {
      const by = { ArrowRight: 1, ArrowLeft: -1 }[e.key];
      const next = by ? tabs[(i + (document.dir === "rtl" ? -by : by) + tabs.length) % tabs.length] : e.key === " " ? tab : null;
      if (!next) return;
      e.preventDefault();
      app.open(next.dataset.tab);
      next.focus();
    });
  }
}

// showTab shows one of them.
export function showTab(name) {
  for (const tab of document.querySelectorAll("#side [role=tab]")) {
    const here = tab.dataset.tab === name;
    tab.setAttribute("aria-selected", String(here));
    tab.tabIndex = here ? 0 : -1;
    $(`panel-${tab.dataset.tab}`).hidden = !here;
  }
}

// stageField is the stage of the article: to be chosen, or said where a choice would not do.
export function stageField(app) {
  const now = app.state.stage, may = { draft: app.may.write, filed: app.may.file, ready: app.may.ready };
  const open = stages.filter(([s]) => s === now || may[s]);
  if (!stages.some(([s]) => s === now)) return h("div", { class: "field" }, h("p", { class: "label" }, "Stage"), h("p", { id: "stage-said" }, now[0].toUpperCase() + now.slice(1)));
  const el = h("select", { id: "stage", onchange: () => app.move(el) }, open.map(([v, says]) => h("option", { value: v, selected: v === now }, says)));
  el.disabled = open.length < 2;
  return h("div", { class: "field" }, h("label", { for: "stage" }, "Stage"), el);
}

function publishing(app, list, fold) {
  const f = app.fields, s = app.state;
  const due = s.due ? h("div", { class: "field" }, h("p", { class: "label" }, "Due"), h("p", {}, s.due)) : null;
  const first = f.choice("filing", "sections", "Section", [["", "Not chosen"], ...app.list("sections").map((x) => [x.id, x.name])], (el) => [el.value, ...(f.get("filing", "sections") ?? []).slice(1)].filter((v, i, all) => v && all.indexOf(v) === i));
  const select = first.querySelector("select"), bound = f.bound.find((b) => b.el === select);
  bound.show = (v) => { select.value = v?.[0] ?? ""; };
  bound.show(f.get("filing", "sections"));
  return [
    h("div", { class: "pair" }, stageField(app), due), first, moreSections(app),
    f.text("headline", "slug", "Address", { dir: "ltr", hint: s.path ? `${s.path} stays: it was given out` : "Made from the headline if empty; frozen when first published", empty: app.slug() }),
    h("div", {}, h("h2", { class: "label" }, "Before it can go out"), list),
    fold,
    h("details", { class: "fold" }, h("summary", {}, "Search and social"),
      f.text("headline", "search.title", "Title in search results", { most: 60, where: "search results cut it", empty: "as the headline" }),
      f.text("headline", "search.description", "Lines below it", { most: 155, where: "search results cut it", rows: 2, empty: "as the summary" }),
      f.text("headline", "social.title", "Title on social cards", { most: 70, where: "cards cut it", empty: "as the headline" }),
      f.text("headline", "social.description", "Lines below it", { most: 110, where: "cards cut it", rows: 2, empty: "as the summary" }), socialPicture(app)),
    h("details", { class: "fold" }, h("summary", {}, "Language, place, sensitive, sponsor"),
      f.choice("filing", "lang", "Language", app.list("langs").map((l) => [l.code ?? l.id, l.name])),
      f.text("filing", "dateline", "Dateline", { hint: "The place where it was written: Alder Bay" }),
      f.text("filing", "seen", "Seen on", { dir: "ltr", hint: "For a copy whose own date is not known: 2025-06-17" }),
      f.tick("filing", "sensitive", "Sensitive", "Comments closed, ads and related kept quiet"),
      f.text("filing", "sponsor", "Sponsored by", { hint: "Who pays for it. Readers are told, on the page, on cards and in feeds" }),
      f.tick("filing", "quiet", "No positions", "No ads stand in this article")),
    h("div", {}, h("h2", { class: "label" }, "Versions"), h("p", { class: "dim" }, h("span", { id: "version" }, `${s.version}`), ". ", h("a", { href: `${app.base}/versions` }, "Compare and restore"))),
  ];
}

function moreSections(app) {
  const f = app.fields, rest = app.list("sections");
  const named = f.order("filing", "sections", "Sections, the first is where it belongs", (id) => app.nameOf("sections", id) || "A section that is gone");
  const add = h("select", { "aria-label": "Add a section beside it", onchange: () => {
    const now = f.get("filing", "sections") ?? [];
    if (add.value && !now.includes(add.value)) { f.set("filing", "sections", [...now, add.value]); f.refresh("filing"); }
    add.value = "";
  } }, h("option", { value: "" }, "Add a section …"), rest.map((x) => h("option", { value: x.id }, x.name)));
  return h("details", { class: "fold" }, h("summary", {}, "Other sections"), named, h("div", { class: "field" }, add));
}

function people(app) {
  const f = app.fields;
  const printed = f.order("filing", "bylines", "Bylines in order", (id) => app.nameOf("bylines", id) || "A byline that is gone");
  const input = h("input", { id: "byline-add", list: "byline-list", autocomplete: "off", placeholder: "A name" });
  const said = h("p", { class: "hint", role: "status" });
  const add = async () => {
    const name = input.value.trim().replace(/\s+/g, " ");
    if (!name) return;
    const known = app.list("bylines").find((b) => b.name.toLowerCase() === name.toLowerCase()) ?? await app.newByline(name, said);
    if (!known) return;
    const now = f.get("filing", "bylines") ?? [];
    if (!now.includes(known.id)) f.set("filing", "bylines", [...now, known.id]);
    f.refresh("filing");
    input.value = said.textContent = "";
  };
  input.addEventListener("keydown", (e) => { if (e.key === "Enter" && !e.isComposing) { e.preventDefault(); add(); } });
  const known = h("datalist", { id: "byline-list" }, app.list("bylines").map((b) => h("option", { value: b.name }, b.staff ? "staff" : "no account")));
  return [
    h("div", { class: "field" }, h("label", { for: "byline-add" }, "Bylines, in the order of printing"), printed, input, known, said, h("div", { class: "bar" }, button("Add", add), h("span", { class: "hint" }, "A new name becomes a byline without an account."))),
    topics(app),
    h("div", {}, h("h2", { class: "label" }, "Here now"), h("ul", { id: "people", class: "stack tight" })),
  ];
}

function topics(app) {
  const f = app.fields;
  const chosen = f.order("filing", "topics", "People, places and subjects", (id) => app.nameOf("topics", id) || "A topic that is gone");
  const input = h("input", { id: "topic-add", list: "topic-list", autocomplete: "off", placeholder: "A name" });
  const take = () => {
    const t = app.list("topics").find((x) => x.name.toLowerCase() === input.value.trim().toLowerCase());
    const now = f.get("filing", "topics") ?? [];
    if (!t) return;
    if (!now.includes(t.id)) f.set("filing", "topics", [...now, t.id]);
    f.refresh("filing");
    input.value = "";
  };
  input.addEventListener("change", take);
  input.addEventListener("keydown", (e) => { if (e.key === "Enter" && !e.isComposing) { e.preventDefault(); take(); } });
  return h("div", { class: "field" }, h("label", { for: "topic-add" }, "People, places & subjects"), chosen, input, h("datalist", { id: "topic-list" }, app.list("topics").map((t) => h("option", { value: t.name }))));
}

function picturesTab(app) {
  const f = app.fields, box = h("div", { class: "leadpic" });
  const show = async (id) => {
    const m = id && await app.medium(id);
    box.replaceChildren(m?.url ? h("img", { src: m.url, alt: f.get("pictures", "alt") || "" }) : h("p", { class: "dim" }, id ? "This picture is not there." : "No lead picture. It stands above the text, on the front and on social cards."));
  };
  f.bind(box, "pictures", "media", { show });
  const take = async () => {
    const [m] = await choose(app, "Lead picture");
    if (!m) return;
    const now = app.parts.pictures.current;
    app.change("pictures", { ...now, media: String(m.id), alt: m.alt || "", caption: m.caption || "", credit: m.credit || "" });
    f.refresh("pictures");
    (m.alt ? $("f-pictures-caption") : $("f-pictures-alt")).focus();
  };
  const away = () => { app.change("pictures", { media: "", alt: "", caption: "", credit: "" }); f.refresh("pictures"); };
  const keys = h("div", { class: "bar" }, h("button", { type: "button", class: "btn", id: "lead-choose", onclick: take }, "Choose or add"), button("Take it away", away, "soft"));
  f.bind(keys, "pictures", "media", { show: () => {} });
  return [
    h("h2", { class: "label" }, "Lead picture"), box, keys,
    f.text("pictures", "alt", "Alt text", { rows: 2, hint: "What is to be seen, for those who do not see it" }),
    f.text("pictures", "caption", "Caption", { rows: 2 }), f.text("pictures", "credit", "Credit"),
    h("div", {}, h("h2", { class: "label" }, "In the text"), h("div", { class: "bar" }, button("Put pictures in", () => app.choosePictures()), button("Gallery", () => app.chooseGallery()))),
  ];
}

function socialPicture(app) {
  const f = app.fields, name = h("p", { class: "dim" });
  f.bind(name, "headline", "social.media", { show: (id) => { name.textContent = id ? "A picture of its own" : "The lead picture"; } });
  const set = (id) => { f.set("headline", "social.media", id); f.refresh("headline"); };
  return h("div", { class: "field" }, h("p", { class: "label" }, "Picture on social cards"), name, h("div", { class: "bar" }, button("Another", async () => { const [m] = await choose(app, "Picture on social cards"); if (m) set(String(m.id)); }), button("The lead picture", () => set(""), "soft")));
}

function sources(app) {
  const f = app.fields;
  const list = f.order("filing", "sources", "Sources", (src, change) => {
    const now = { ...src };
    const field = (key, label, dir) => h("input", { "aria-label": label, placeholder: label, value: src[key] ?? "", dir, oninput: (e) => { now[key] = e.target.value; change({ ...now }); } });
    return h("span", { class: "two" }, field("name", "Name", "auto"), field("url", "Address, if it has one", "ltr"));
  });
  const add = button("Add a source", () => {
    f.set("filing", "sources", [...(f.get("filing", "sources") ?? []), { name: "", url: "" }]);
    f.refresh("filing");
    list.lastElementChild?.querySelector("input")?.focus();
  });
  const related = f.order("filing", "related", "Related articles, pinned", (id) => app.headlines.get(String(id)) || "An article");
  const { input, listed } = chooser(app.ask, "Find an article to pin", (a) => {
    app.headlines.set(String(a.id), a.headline);
    const now = f.get("filing", "related") ?? [];
    if (!now.includes(String(a.id)) && String(a.id) !== app.state.id) f.set("filing", "related", [...now, String(a.id)]);
    f.refresh("filing");
    input.value = "";
    listed.replaceChildren();
  });
  return [
    h("div", { class: "field" }, h("p", { class: "label" }, "Sources"), list, h("div", { class: "bar" }, add)),
    h("div", { class: "field" }, h("p", { class: "label" }, "Related, pinned by hand"), related, input, listed, h("p", { class: "hint" }, "Pinned ones stand first; the rest is found by itself.")),
  ];
}

// showPeople lists who is here.
export function showPeople(list) {
  $("people")?.replaceChildren(...list.map((p) => h("li", {}, who(p, p.now, true), h("span", { class: "dim" }, ` ${p.says}`))));
}
