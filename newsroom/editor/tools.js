// The tool keys: at a phone's foot always, on a desk when asked for (Alt F10). One stop for Tab; the arrows go along it.
import { undo, redo } from "prosemirror-history";
import { $, h, icon } from "./dom.js";
import * as c from "./commands.js";
import { schema } from "./schema.js";

const has = (state, name) => {
  const type = schema.marks[name], { from, $from, to, empty } = state.selection;
  return empty ? Boolean(type.isInSet(state.storedMarks ?? $from.marks())) : state.doc.rangeHasMark(from, to, type);
};
const within = (state, name) => {
  const { $from } = state.selection;
  for (let d = $from.depth; d > 0; d--) if ($from.node(d).type.name === name) return true;
  return false;
};

export function newTools(app) {
  const box = $("thumbs");
  const run = (command) => () => { app.view.focus(); command(app.view.state, app.view.dispatch, app.view); };
  const keys = [
    ["Strong", h("b", {}, "B"), run(c.mark("strong")), (s) => has(s, "strong")],
    ["Emphasis", h("i", {}, "I"), run(c.mark("em")), (s) => has(s, "em")],
    ["Link", icon("link"), () => app.link(), (s) => has(s, "link")],
    ["Heading", "H", run(c.heading(2)), (s) => within(s, "heading")],
    ["Quotation", h("span", { class: "serif" }, "“ ”"), run(c.wrap("quote")), (s) => within(s, "quote")],
    ["List", icon("list"), run(c.list(false)), (s) => within(s, "list")],
    ["Picture", icon("picture"), () => app.choosePictures()],
    ["TK", "TK", () => { app.view.focus(); app.view.dispatch(app.view.state.tr.insertText("TK ")); }],
    ["Note", icon("note"), () => app.noteHere()],
    ["Put in", icon("more"), () => app.insert()],
  ];
  const desk = [["Strike out", h("s", {}, "S"), run(c.mark("strike")), (s) => has(s, "strike")], ["Below", h("span", {}, "x", h("sub", {}, "2")), run(c.mark("sub")), (s) => has(s, "sub")], ["Above", h("span", {}, "x", h("sup", {}, "2")), run(c.mark("sup")), (s) => has(s, "sup")],
    ["Undo", "↶", run(undo)], ["Redo", "↷", run(redo)], ["Find and replace", "Find", () => app.find()]];
  const all = [...keys, ...desk].map(([says, sign, go, on], i) => {
    const b = h("button", { type: "button", title: says, "aria-label": says, "aria-pressed": on ? "false" : null, tabindex: i ? "-1" : "0", class: i >= keys.length ? "roomy" : null, onmousedown: (e) => e.preventDefault(), onclick: () => app.mayWrite() && go() }, sign);
    return { b, on };
  });
  box.append(...all.map((k) => k.b));
  box.addEventListener("keydown", (e) => along(e, box, app));
  aboveKeyboard(box);
  return {
    show(state) {
      for (const { b, on } of all) if (on) { const now = String(on(state)); if (b.getAttribute("aria-pressed") !== now) b.setAttribute("aria-pressed", now); }
    },
    enter() {
      document.body.classList.add("keys-shown");
      box.querySelector("[tabindex='0']").focus();
    },
  };
}

function along(e, box, app) {
  if (e.key === "Escape") {
    document.body.classList.remove("keys-shown");
    app.view.focus();
    return e.preventDefault();
  }
  const keys = [...box.children].filter((b) => b.offsetParent), at = keys.indexOf(document.activeElement);
  const by = { ArrowRight: 1, ArrowLeft: -1 }[e.key];
  const next = by ? keys[(at + by + keys.length) % keys.length] : { Home: keys[0], End: keys.at(-1) }[e.key];
  if (!next) return;
  e.preventDefault();
  keys[at].tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}

// aboveKeyboard keeps the keys over a phone's keyboard, which lies over the page without making it smaller.
function aboveKeyboard() {
  const seen = globalThis.visualViewport;
  if (!seen) return;
  const follow = () => {
    const hidden = Math.max(0, innerHeight - seen.height - seen.offsetTop);
    document.documentElement.style.setProperty("--keyboard", `${Math.round(hidden)}px`);
  };
  seen.addEventListener("resize", follow);
  seen.addEventListener("scroll", follow);
  follow();
}
