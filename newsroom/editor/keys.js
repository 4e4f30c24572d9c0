// The keys of the text. What they are is said in keyHelp, for the list that "?" and the insert list show.
import { baseKeymap, chainCommands } from "prosemirror-commands";
import { redo, undo } from "prosemirror-history";
import { undoInputRule } from "prosemirror-inputrules";
import { keymap } from "prosemirror-keymap";
import { NodeSelection } from "prosemirror-state";
import * as c from "./commands.js";
import { nextTK } from "./tk.js";

// keysOf are the keys; app does what is more than a change of the text.
export function keysOf(app) {
  const say = (fn) => (state, dispatch) => { if (dispatch) fn(); return true; };
  return [keymap({
    "Mod-b": c.mark("strong"), "Mod-i": c.mark("em"), "Mod-Shift-x": c.mark("strike"), "Mod-,": c.mark("sub"), "Mod-.": c.mark("sup"),
    "Mod-k": say(() => app.link()),
    "Mod-Alt-0": c.block("paragraph"), "Mod-Alt-2": c.heading(2), "Mod-Alt-3": c.heading(3),
    "Mod-Shift-0": c.block("paragraph"), "Mod-Shift-2": c.heading(2), "Mod-Shift-3": c.heading(3),
    "Mod-Shift-7": c.list(true), "Mod-Shift-8": c.list(false), "Mod-Shift-9": c.wrap("quote"),
    "Mod-z": chainCommands(undoInputRule, undo), "Mod-y": redo, "Mod-Shift-z": redo,
    Backspace: undoInputRule,
    Enter: chainCommands(enterPiece(app), c.enter), "Shift-Enter": c.hardBreak, "Mod-Enter": c.below,
    Tab: c.indent, "Shift-Tab": c.outdent,
    "Alt-ArrowUp": c.move(-1), "Alt-ArrowDown": c.move(1),
    "Mod-Shift-k": say(() => app.insert()), "Alt-Shift-t": nextTK,
    "Mod-Alt-m": say(() => app.noteHere()), "Mod-Shift-m": say(() => app.noteHere()),
    "/": slash(app),
    Escape: chainCommands((state) => app.closeFind() && Boolean(state), c.selectParentNode),
  }), keymap(baseKeymap)];
}

// enterPiece puts the keys into the fields of the block that is chosen.
const enterPiece = (app) => (state, dispatch, view) => {
  if (!(state.selection instanceof NodeSelection)) return false;
  const piece = app.pieces.at(view.nodeDOM(state.selection.from));
  if (!piece || piece.contentDOM) return false;
  if (dispatch) piece.enter();
  return true;
};

// slash opens the insert list on an empty line.
const slash = (app) => (state, dispatch) => {
  const { $from, empty } = state.selection;
  if (!empty || $from.depth !== 1 || $from.parent.type.name !== "paragraph" || $from.parent.content.size) return false;
  if (dispatch) app.insert("/");
  return true;
};

const mac = /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? "");
const mod = mac ? "⌘" : "Ctrl";

export const keyHelp = [
  [`${mod} S`, "keep a version with a name"], [`${mod} B, ${mod} I`, "strong, emphasis"], [`${mod} K`, "link"],
  [`${mod} Shift 2, 3, 0`, "heading, smaller heading, text"], [`${mod} Shift 7, 8, 9`, "numbered list, list, quotation"],
  ["/ on an empty line", "what can be put in"], ["## , - , 1. , > , ```, ---", "heading, list, numbered, quotation, code, divider"],
  [`${mod} F, ${mod} H`, "find, replace"], ["Alt Shift T", "next TK"], [`${mod} Shift M`, "note on this passage"],
  ["Alt ↑, Alt ↓", "carry the block up or down"], ["Alt F10", "to the tool keys; Esc back"], [`${mod} \\`, "panel"], ["Alt Shift P", "publish"],
  [`${mod} Enter`, "a new line below the block"],
  ["Enter on a picture", "its alt text, caption, credit; Esc back"],
];
