// What differs between two texts, word by word.
const tokens = (s) => s.match(/[\p{L}\p{N}\p{M}’']+|\s+|[^\s]/gu) ?? [];

// longest common subsequence of two short lists, as pairs of indexes; long ones fall back to nothing in common.
function common(a, b) {
  let start = 0, endA = a.length, endB = b.length;
  const pairs = [];
  while (start < endA && start < endB && a[start] === b[start]) pairs.push([start, start++]);
  const tail = [];
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) tail.unshift([--endA, --endB]);
  const n = endA - start, m = endB - start;
  if (n * m <= 4_000_000) pairs.push(...middle(a, b, start, n, m));
  return pairs.concat(tail);
}

function middle(a, b, start, n, m) {
  const rows = Array.from({ length: n + 1 }, () => new Uint16Array(m + 1));
  for (let i = n - 1; i >= 0; i--) {
    for (let j = m - 1; j >= 0; j--) {
      rows[i][j] = a[start + i] === b[start + j] ? rows[i + 1][j + 1] + 1 : Math.max(rows[i + 1][j], rows[i][j + 1]);
    }
  }
  const pairs = [];
  for (let i = 0, j = 0; i < n && j < m;) {
    if (a[start + i] === b[start + j]) pairs.push([start + i++, start + j++]);
    else if (rows[i + 1][j] >= rows[i][j + 1]) i++;
    else j++;
  }
  return pairs;
}

// align pairs two lists of keys: [i, j], with -1 where one side has nothing; what both have stays in the order of both.
export function align(a, b) {
  const out = [];
  let i = 0, j = 0;
  for (const [x, y] of [...common(a, b), [a.length, b.length]]) {
    while (i < x) out.push([i++, -1]);
    while (j < y) out.push([-1, j++]);
    if (x < a.length) out.push([i++, j++]);
  }
  return out;
}

// diff tells how `now` came of `was`: [{kind: "same" | "ins" | "del", text}].
export function diff(was, now) {
  const a = tokens(was), b = tokens(now), out = [];
  const put = (kind, text) => {
    if (out.at(-1)?.kind === kind) out.at(-1).text += text;
    else out.push({ kind, text });
  };
  for (const [i, j] of align(a, b)) {
    if (i < 0) put("ins", b[j]);
    else if (j < 0) put("del", a[i]);
    else put("same", a[i]);
  }
  return readable(out);
}

// readable joins changes between which only a word stayed: a difference in crumbs cannot be read.
function readable(list) {
  const out = [];
  for (let i = 0; i < list.length;) {
    if (list[i].kind === "same") {
      out.push(list[i++]);
      continue;
    }
    let del = "", ins = "";
    for (; i < list.length; i++) {
      const { kind, text } = list[i];
      if (kind === "same" && !(i + 1 < list.length && crumb(text))) break;
      if (kind !== "ins") del += text;
      if (kind !== "del") ins += text;
    }
    if (del) out.push({ kind: "del", text: del });
    if (ins) out.push({ kind: "ins", text: ins });
  }
  return out;
}

const crumb = (s) => s.length <= 12 && (s.match(/[\p{L}\p{N}]+/gu) ?? []).length <= 1;
