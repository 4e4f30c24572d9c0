// Counting as internal/doc counts: a word is a run of letters and figures, joined by an apostrophe, hyphen and the like.
const word = /[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}\u200c\u200d\u0640]|['’.,\-_\u2010\u2011\u066b\u066c·:\u00ad]+(?=[\p{L}\p{N}]))*/gu;
const each = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu;
const unspaced = /[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/gu;
const wide = /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[\ud840-\ud87f]/;

const count = (s, re) => s.match(re)?.length ?? 0;

// words counts those of one text.
export function words(s) {
  if (!s) return 0;
  if (!wide.test(s)) return count(s, word);
  const letters = count(s, /[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/gu);
  return count(s, each) + Math.ceil(letters / 5) + count(s.replace(each, " ").replace(unspaced, " "), word);
}

const counted = new WeakMap();
const said = ["caption", "title", "cite", "description"];

// wordsOf counts the words of a block, once for each state of it.
export function wordsOf(node) {
  let n = counted.get(node);
  if (n === undefined) counted.set(node, (n = fresh(node)));
  return n;
}

function fresh(node) {
  let n = 0;
  for (const name of said) n += words(node.attrs[name]);
  if (node.inlineContent) return n + inline(node);
  node.forEach((child) => { n += wordsOf(child); });
  return n;
}

// inline counts text by text as Go does where marks change, since a word is rarely set in two marks.
function inline(node) {
  let n = 0;
  node.forEach((child) => { if (child.isText) n += words(child.text); });
  return n;
}

// wordsIn counts a document; only blocks that changed since are looked at.
export function wordsIn(doc) {
  let n = 0;
  for (let i = 0; i < doc.childCount; i++) n += wordsOf(doc.child(i));
  return n;
}

// minutes is how long reading takes, at 230 words a minute, never less than one.
export const minutes = (n) => Math.max(1, Math.round(n / 230));
