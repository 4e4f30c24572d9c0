// What is missing before the article can go out, as far as this window knows. The publish panel asks the server too.
import { $, h, icon } from "./dom.js";
import { placesOf, tksIn, nextTK } from "./tk.js";
import { NodeSelection } from "prosemirror-state";

// alts lists the pictures of the text that have no alt text.
function alts(doc) {
  const list = [];
  doc.forEach((n, o) => {
    if (n.type.name === "picture" && !n.attrs.alt) list.push(o);
    if (n.type.name === "gallery") n.forEach((p, q) => { if (!p.attrs.alt) list.push(o + 1 + q); });
  });
  return list;
}

const many = (n, one, more) => `${n} ${n === 1 ? one : more}`;

// tks counts them in the text and in the fields that are printed.
export function tks(app) {
  const p = app.parts.headline.current, l = app.parts.pictures.current;
  const places = placesOf(app.view.state.doc);
  const said = [p.kicker, p.headline, p.summary, l.alt, l.caption, l.credit].reduce((n, s) => n + tksIn(s), 0);
  return { places, said, count: places.length + said };
}

// looked lists what was looked at: {level: "no" | "maybe" | "yes", says, go}.
export function looked(app) {
  const { headline, pictures, filing } = { headline: app.parts.headline.current, pictures: app.parts.pictures.current, filing: app.parts.filing.current };
  const list = [], t = tks(app), missing = alts(app.view.state.doc), n = [...(headline.headline ?? "")].length;
  if (t.count) list.push({ level: "no", says: `${t.count} TK${t.places[0] ? `, paragraph ${t.places[0].block + 1}` : " in the fields"}`, go: t.places.length ? ["Go there", () => nextTK(app.view.state, app.view.dispatch, app.view)] : null });
  if (!n) list.push({ level: "no", says: "No headline", go: ["Write it", () => $("headline").focus()] });
  else list.push({ level: n > 70 ? "maybe" : "yes", says: `Headline, ${n} of 70 characters` });
  if (!filing.sections?.length) list.push({ level: "no", says: "No section", go: ["Choose it", () => app.open("publishing", "f-filing-sections")] });
  if (missing.length) list.push({ level: "maybe", says: many(missing.length, "picture has no alt text", "pictures have no alt text"), go: ["Write it", () => toAlt(app, missing[0])] });
  if (pictures.media && !pictures.alt) list.push({ level: "maybe", says: "Lead picture has no alt text", go: ["Write it", () => app.open("pictures", "f-pictures-alt")] });
  if (!pictures.media) list.push({ level: "maybe", says: "No lead picture", go: ["Choose one", () => app.open("pictures")] });
  if (!filing.bylines?.length) list.push({ level: "maybe", says: "No byline", go: ["Add one", () => app.open("people", "byline-add")] });
  else list.push({ level: "yes", says: many(filing.bylines.length, "byline", "bylines") });
  if (!headline.summary) list.push({ level: "maybe", says: "No summary", go: ["Write it", () => $("summary").focus()] });
  return list.sort((a, b) => "no maybe yes".indexOf(a.level) - "no maybe yes".indexOf(b.level));
}

function toAlt(app, pos) {
  const { view } = app;
  view.dispatch(view.state.tr.setSelection(NodeSelection.create(view.state.doc, pos)).scrollIntoView());
  view.focus();
  app.pieces.at(view.nodeDOM(pos))?.enter();
}

// checks is the list in the panel; draw() brings it up to what is written.
export function checks(app) {
  const ul = h("ul", { class: "checks" });
  let last = "";
  const draw = () => {
    const list = looked(app), key = JSON.stringify(list);
    if (key === last) return;
    last = key;
    ul.replaceChildren(...list.map((c) => h("li", { class: c.level }, icon(c.level === "maybe" ? "warn" : c.level),
      h("span", {}, c.level !== "yes" && h("span", { class: "vh" }, c.level === "no" ? "Stops: " : "Look: "), c.says, c.go && [" ", h("button", { type: "button", class: "inline", onclick: c.go[1] }, c.go[0])]))));
  };
  return { ul, draw };
}
