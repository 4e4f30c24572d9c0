// How the article will look: on its page, on the front, among search results, as a social card. Readers' pages are light; so are these.
import { h } from "./dom.js";

const cut = (s, n) => ([...s].length > n ? `${[...s].slice(0, n - 1).join("").trimEnd()}…` : s);

function byline(app) {
  const names = (app.parts.filing.current.bylines ?? []).map((id) => app.nameOf("bylines", id)).filter(Boolean);
  if (names.length < 2) return names.join("");
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

async function picture(app, id) {
  const m = id && await app.medium(id);
  return m?.url ? h("img", { src: m.url, alt: "" }) : null;
}

const kinds = {
  async article(app, p) {
    const lines = [];
    app.view.state.doc.forEach((n) => { if (lines.length < 2 && n.type.name === "paragraph" && n.textContent) lines.push(h("p", {}, cut(n.textContent, 220))); });
    return h("div", { class: "pv-article" }, p.kicker && h("p", { class: "kick" }, p.kicker), h("p", { class: "hd" }, p.headline || "No headline yet"), p.summary && h("p", { class: "sm" }, p.summary),
      byline(app) && h("p", { class: "dim" }, `By ${byline(app)}`), await picture(app, app.parts.pictures.current.media), lines);
  },
  async front(app, p) {
    return h("div", { class: "pv-front" }, await picture(app, app.parts.pictures.current.media), h("div", {}, p.kicker && h("p", { class: "kick" }, p.kicker), h("p", { class: "hd" }, p.headline || "No headline yet"), p.summary && h("p", { class: "sm" }, cut(p.summary, 180))));
  },
  async search(app, p) {
    const title = p.search?.title || p.headline || "No headline yet", about = p.search?.description || p.summary || cut(app.view.state.doc.textContent, 160);
    return h("div", { class: "pv-search" }, h("p", { class: "dim" }, `${app.state.paper?.host ?? location.host} › ${app.slug()}`), h("p", { class: "ti" }, cut(title, 60)), h("p", {}, cut(about, 155)));
  },
  async social(app, p) {
    const title = p.social?.title || p.headline || "No headline yet", about = p.social?.description || p.summary || "";
    return h("div", { class: "pv-social" }, await picture(app, p.social?.media || app.parts.pictures.current.media), h("div", {}, h("p", { class: "dim" }, app.state.paper?.host ?? location.host), h("p", { class: "ti" }, cut(title, 70)), about && h("p", { class: "dim" }, cut(about, 110))));
  },
};

const names = { article: "Article", front: "Front", search: "Search", social: "Social" };

// previews is the fold with the four; draw() brings it up to the text, and does nothing while it is closed.
export function previews(app) {
  let kind = "article", drawn = 0;
  const sheet = h("div", { class: "pv", "aria-live": "off" });
  const draw = async () => {
    if (!fold.open) return;
    const mine = ++drawn, made = await kinds[kind](app, app.parts.headline.current);
    if (mine !== drawn) return;
    sheet.lang = app.parts.filing.current.lang || "en";
    sheet.dir = app.dir();
    sheet.replaceChildren(made);
  };
  const seg = h("div", { class: "seg", role: "radiogroup", "aria-label": "Preview" }, Object.entries(names).map(([k, says]) => {
    const input = h("input", { type: "radio", name: "pv", value: k, onchange: () => { kind = k; draw(); } });
    if (k === kind) input.checked = true;
    return h("label", {}, input, says);
  }));
  const fold = h("details", { class: "fold", ontoggle: () => draw() }, h("summary", {}, "How it will look"), seg, sheet);
  return { fold, draw };
}
