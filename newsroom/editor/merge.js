// Two texts that were both written: which blocks differ, what is decided already, and what comes of the choices.
import { align } from "./diff.js";

const idOf = (b) => b?.attrs?.id ?? "";
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

// pairings lays two lists of blocks side by side: [{theirs, mine, base, choice}], undefined where a side has none.
// choice is "same", "theirs" or "mine" where only one side wrote (both against base, which may be null), "" where a person must choose.
export function pairings(base, theirs, mine) {
  const from = base && new Map(base.map((b) => [idOf(b), b]));
  return align(theirs.map(idOf), mine.map(idOf))
    .map(([i, j]) => ({ theirs: theirs[i], mine: mine[j] }))
    .reduce(joinMoved, [])
    .map((p) => ({ ...p, base: from?.get(idOf(p.theirs ?? p.mine)), choice: decide(p, from) }))
    .filter((p) => p.theirs || p.mine);
}

// joinMoved brings together a block that stands in both at different places: where theirs has it.
function joinMoved(list, p, _, ) {
  const id = idOf(p.theirs ?? p.mine);
  const other = list.find((q) => idOf(q.theirs ?? q.mine) === id && id && !(q.theirs && q.mine));
  if (!other) return [...list, p];
  if (p.mine && !other.mine) other.mine = p.mine;
  else if (p.theirs && !other.theirs) return [...list.filter((q) => q !== other), { theirs: p.theirs, mine: other.mine }];
  return list;
}

function decide({ theirs, mine }, from) {
  if (same(theirs, mine)) return "same";
  if (!from) return "";
  const was = from.get(idOf(theirs ?? mine));
  if (same(theirs, was)) return "mine";
  if (same(mine, was)) return "theirs";
  return "";
}

// open counts what is not decided.
export const open = (pairs) => pairs.filter((p) => p.choice === "").length;

// merged is the text that comes of the choices. Where both were taken the second gets an id of its own.
export function merged(pairs, newID) {
  const out = [];
  for (const p of pairs) {
    if (p.choice === "mine") out.push(p.mine);
    else if (p.choice === "new") out.push(...p.written);
    else if (p.choice === "both") out.push(p.theirs, p.mine && { ...p.mine, attrs: { ...p.mine.attrs, id: newID() } });
    else out.push(p.theirs);
  }
  return unique(out.filter(Boolean), newID);
}

function unique(blocks, newID) {
  const taken = new Set();
  return blocks.map((b) => {
    const fresh = !idOf(b) || taken.has(idOf(b)) ? { ...b, attrs: { ...b.attrs, id: newID() } } : b;
    taken.add(idOf(fresh));
    return fresh;
  });
}

// fieldPairings is the same for a part that is fields: one pairing for each key whose values differ.
export function fieldPairings(base, theirs, mine) {
  const keys = [...new Set([...Object.keys(theirs ?? {}), ...Object.keys(mine ?? {})])];
  return keys.filter((k) => !same(theirs?.[k], mine?.[k])).map((key) => {
    const pair = { key, theirs: theirs?.[key], mine: mine?.[key], base: base?.[key], choice: "" };
    if (base && same(pair.theirs, pair.base)) pair.choice = "mine";
    else if (base && same(pair.mine, pair.base)) pair.choice = "theirs";
    return pair;
  });
}

// mergedFields is the part that comes of the choices.
export function mergedFields(theirs, pairs) {
  const out = { ...theirs };
  for (const p of pairs) {
    const v = p.choice === "mine" ? p.mine : p.choice === "new" ? p.written : p.theirs;
    if (v === undefined) delete out[p.key];
    else out[p.key] = v;
  }
  return out;
}
