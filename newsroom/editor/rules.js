// What typing makes of itself: Markdown's signs at the beginning of a line, and around words.
import { InputRule, inputRules, textblockTypeInputRule, wrappingInputRule } from "prosemirror-inputrules";
import { TextSelection } from "prosemirror-state";
import { schema } from "./schema.js";
import { goodLink } from "./attrs.js";

const { nodes, marks } = schema;

// around sets a mark on what stands between two signs: **strong**.
function around(sign, mark) {
  const s = sign.replaceAll("*", "\\*"), c = sign[0].replace("*", "\\*");
  return new InputRule(new RegExp(`(?<![${c}\\p{L}\\p{N}])${s}([^${c}\\s](?:[^${c}]*[^${c}\\s])?)${s}$`, "u"), (state, match, start, end) => {
    if (state.doc.resolve(start).parent.type.spec.code) return null;
    const tr = state.tr, open = start + sign.length, text = match[1];
    tr.delete(open + text.length, end).delete(start, open);
    tr.addMark(start, start + text.length, mark.create());
    return tr.removeStoredMark(mark);
  });
}

const link = new InputRule(/\[([^[\]]+)\]\(([^()\s]+)\)$/, (state, match, start, end) => {
  if (!goodLink(match[2])) return null;
  return state.tr.replaceWith(start, end, schema.text(match[1], [marks.link.create({ href: match[2] })])).removeStoredMark(marks.link);
});

// divider makes a line of three hyphens, and goes on below it.
const divider = new InputRule(/^(?:---|\*\*\*|___)$/, (state, _, start) => {
  const $at = state.doc.resolve(start);
  if ($at.depth !== 1 || $at.parent.type !== nodes.paragraph) return null;
  const tr = state.tr.replaceRangeWith($at.before(), $at.after(), nodes.divider.create());
  const end = tr.mapping.map($at.after());
  if (end >= tr.doc.content.size) tr.insert(end, nodes.paragraph.create());
  return tr.setSelection(TextSelection.near(tr.doc.resolve(end)));
});

// rules is the plugin.
export const rules = () => inputRules({
  rules: [
    textblockTypeInputRule(/^##\s$/, nodes.heading, { level: 2 }),
    textblockTypeInputRule(/^###\s$/, nodes.heading, { level: 3 }),
    textblockTypeInputRule(/^```$/, nodes.code),
    wrappingInputRule(/^\s*[-*•]\s$/, nodes.list, { ordered: false }, (_, node) => !node.attrs.ordered),
    wrappingInputRule(/^1[.)]\s$/, nodes.list, { ordered: true }, (_, node) => node.attrs.ordered),
    wrappingInputRule(/^>\s$/, nodes.quote),
    divider, link,
    around("**", marks.strong), around("__", marks.strong), around("*", marks.em), around("_", marks.em), around("~~", marks.strike),
  ],
});
