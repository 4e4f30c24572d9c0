// What changed between two texts, block by block. Works on JSON; unchanged blocks are recognised by identity first.
const idOf = (block) => block.attrs?.id ?? "";

const same = (a, b) => a === b || JSON.stringify(a) === JSON.stringify(b);

// patchOf says how `now` differs from `was` (lists of blocks): the blocks that are new or other, and the order of
// all where it is not the same. null where nothing differs.
export function patchOf(was, now) {
  const before = new Map(was.map((b) => [idOf(b), b]));
  const changed = now.filter((b) => !before.has(idOf(b)) || !same(before.get(idOf(b)), b));
  const moved = was.length !== now.length || was.some((b, i) => idOf(b) !== idOf(now[i]));
  if (!changed.length && !moved) return null;
  return moved ? { order: now.map(idOf), changed } : { changed };
}

// apply makes of a list of blocks what a patch says, or throws where the patch speaks of blocks that are not there.
export function apply(was, patch) {
  const blocks = new Map(was.map((b) => [idOf(b), b]));
  for (const b of patch.changed) blocks.set(idOf(b), b);
  const order = patch.order ?? was.map(idOf);
  return order.map((id) => {
    if (!blocks.has(id)) throw new Error(`block ${id} is not there`);
    return blocks.get(id);
  });
}
