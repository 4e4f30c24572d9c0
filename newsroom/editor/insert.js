// The list of what can be put into the text.
import { button, dialog, h } from "./dom.js";
import { may, schema } from "./schema.js";
import { heading, list, newTable, put, wrap } from "./commands.js";
import { keyHelp } from "./keys.js";

const { nodes } = schema;
const line = () => nodes.paragraph.create();

// kinds are what can be put in: [name, words it is found by too, what it does].
function kinds(app) {
  const run = (command) => () => { command(app.view.state, app.view.dispatch, app.view); };
  const lay = (make) => () => put(app.view, make());
  const all = [
    ["Picture", "photo image", () => app.choosePictures()],
    ["Gallery", "photos pictures", () => app.chooseGallery()],
    ["Heading", "h2", run(heading(2))],
    ["Smaller heading", "h3", run(heading(3))],
    ["List", "bullets", run(list(false))],
    ["Numbered list", "ordered", run(list(true))],
    ["Quotation", "blockquote", run(wrap("quote"))],
    ["Pull quote", "pullquote", lay(() => nodes.pull.create(null, line()))],
    ["Fact box", "aside", lay(() => nodes.fact.create(null, line()))],
    ["Table", "rows columns", lay(newTable)],
    ["Card or embed", "link youtube vimeo mastodon", () => app.askEmbed()],
    ["Sound", "audio", () => app.chooseFile("audio")],
    ["Film", "video", () => app.chooseFile("video")],
    ["Divider", "line hr", lay(() => nodes.divider.create())],
    ["Code", "pre", lay(() => nodes.code.create())],
  ];
  if (may("frame") && app.may.code) all.push(["Free code in a frame", "html script", lay(() => nodes.frame.create({ title: "", code: "" }))]);
  return all;
}

// askInsert opens the list; typed is what stands for it in the text if nothing is chosen ("/").
export function askInsert(app, typed = "") {
  const all = kinds(app);
  let took = false;
  const listed = h("ul", { class: "picks", "aria-label": "What can be put in" });
  const choose = (k) => {
    took = true;
    box.close();
    app.view.focus();
    k[2]();
  };
  const show = () => {
    const q = input.value.trim().toLowerCase();
    listed.replaceChildren(...all.filter((k) => `${k[0]} ${k[1]}`.toLowerCase().includes(q)).map((k) => h("li", {}, h("button", { type: "button", class: "pick", onclick: () => choose(k) }, k[0]))));
  };
  const input = h("input", { type: "search", "aria-label": "Put in", placeholder: "Picture, table, quotation …", oninput: show });
  const body = h("div", { class: "stack field" }, input, listed, h("details", {}, h("summary", {}, "Keys"), keyList()));
  body.addEventListener("keydown", (e) => arrows(e, input, listed));
  const box = dialog("Put in", body, { onclose: () => {
    app.view.focus();
    if (!took && typed) app.view.dispatch(app.view.state.tr.insertText(typed));
  } });
  show();
  input.focus();
}

function arrows(e, input, listed) {
  const keys = [...listed.querySelectorAll("button")], at = keys.indexOf(document.activeElement);
  if (e.key === "ArrowDown") (keys[at + 1] ?? keys[0])?.focus();
  else if (e.key === "ArrowUp") (at <= 0 ? input : keys[at - 1]).focus();
  else if (e.key === "Enter" && e.target === input) keys[0]?.click();
  else return;
  e.preventDefault();
}

export const keyList = () => h("dl", { class: "keylines" }, keyHelp.flatMap(([k, says]) => [h("dt", {}, k), h("dd", {}, says)]));

export { button };
