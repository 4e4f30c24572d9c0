// A link pasted on an empty line becomes a card or a player: the server looks at it, this page asks nobody else.
import { button, dialog, h, tell } from "./dom.js";
import { goodLink, cleanAttrs } from "./attrs.js";
import { schema } from "./schema.js";
import { put } from "./commands.js";

const lone = /^https?:\/\/\S+$/;

// pastedLink tells whether what is pasted is one address, onto an empty line.
export function pastedLink(view, text) {
  const { $from, empty } = view.state.selection;
  const url = text.trim();
  if (!empty || $from.depth !== 1 || $from.parent.type.name !== "paragraph" || $from.parent.content.size || !lone.test(url) || !goodLink(url)) return "";
  return url;
}

// embed puts the address in as a link first, and makes a card of it when the server has looked; the link stays if it could not.
export async function embed(app, url) {
  const { view } = app, link = schema.text(url, [schema.marks.link.create({ href: url })]);
  view.dispatch(view.state.tr.replaceSelectionWith(link, false).scrollIntoView());
  tell("Looking at the link");
  const attrs = await look(app, url);
  if (typeof attrs === "string") return app.toast(`${attrs} It stays as a link.`);
  const at = lineOf(view.state.doc, url);
  if (at === null) return; // the writer went on with it
  const { pos, node } = at;
  view.dispatch(view.state.tr.replaceWith(pos, pos + node.nodeSize, schema.nodes.embed.create({ ...attrs, id: node.attrs.id })));
  app.after(pos);
  tell("The card is in");
}

// look asks the server for the card; a text says why there is none.
async function look(app, url) {
  try {
    const { status, json } = await app.ask("POST", "/newsroom/embed", { url }, { patience: 15_000 });
    const attrs = status === 200 && cleanAttrs("embed", JSON.stringify(json));
    return attrs || json?.says || json?.error || "This link could not be looked at.";
  } catch {
    return "No connection.";
  }
}

function lineOf(doc, url) {
  let found = null;
  doc.forEach((node, pos) => { if (node.type.name === "paragraph" && node.childCount === 1 && node.textContent === url) found = { node, pos }; });
  return found;
}

// askEmbed asks for an address.
export function askEmbed(app) {
  const said = h("p", { class: "wrong", role: "alert" });
  const input = h("input", { id: "embed-url", type: "url", dir: "ltr", autocomplete: "off" });
  const form = h("form", { class: "stack", novalidate: true }, h("p", { class: "field" }, h("label", { for: "embed-url" }, "Address"), input, h("span", { class: "hint" }, "A film, a chart, a post, or any page: it becomes a card of ours; nothing of theirs is loaded before a reader asks."), said),
    h("div", { class: "bar" }, h("button", { class: "btn go" }, "Put it in"), button("Never mind", () => box.close())));
  form.addEventListener("submit", async (e) => {
    e.preventDefault();
    const attrs = goodLink(input.value.trim()) ? await look(app, input.value.trim()) : "An address begins with https://.";
    if (typeof attrs === "string") return void (said.textContent = attrs);
    box.close();
    put(app.view, schema.nodes.embed.create(attrs));
    app.view.focus();
  });
  const box = dialog("Card or embed", form);
  input.focus();
}
