import { test } from "node:test";
import assert from "node:assert/strict";
import { EditorState } from "prosemirror-state";
import { splitBlock, joinBackward } from "prosemirror-commands";
import { TextSelection } from "prosemirror-state";
import { schema, table } from "../schema.js";
import { plainDoc, readDoc } from "../plain.js";
import { ids } from "../ids.js";
import { apply, patchOf } from "../patch.js";
import { words, wordsIn } from "../words.js";
import { diff } from "../diff.js";
import { fieldPairings, merged, mergedFields, open, pairings } from "../merge.js";
import { cleanAttrs, goodLink } from "../attrs.js";
import { p } from "./clock.mjs";

const state = (blocks) => EditorState.create({ doc: readDoc({ content: blocks }), plugins: [ids()] });
const idsOf = (doc) => doc.content.content.map((n) => n.attrs.id);
const at = (s, pos) => s.apply(s.tr.setSelection(TextSelection.create(s.doc, pos)));
const run = (s, command) => { let next = s; command(s, (tr) => { next = s.apply(tr); }); return next; };

test("every kind of the table is in the schema", () => {
  for (const name of Object.keys(table.nodes)) assert.ok(schema.nodes[name], name);
  assert.deepEqual(Object.keys(schema.marks), table.marks);
});

test("a text comes back as it was", () => {
  const blocks = [
    { type: "heading", attrs: { id: "head00000000", level: 3 }, content: [{ type: "text", text: "H" }] },
    { type: "list", attrs: { id: "list00000000", ordered: true }, content: [{ type: "listItem", content: [p("item00000000", "x")] }] },
    { type: "picture", attrs: { id: "pict00000000", media: "42", alt: "A boat", wide: true } },
    { type: "table", attrs: { id: "tabl00000000" }, content: [{ type: "row", content: [{ type: "cell", attrs: { header: true, align: "end" }, content: [{ type: "text", text: "1" }] }] }] },
    { type: "code", attrs: { id: "code00000000", language: "go" }, content: [{ type: "text", text: "a\n\tb" }] },
    p("last00000000", "end"),
  ];
  assert.deepEqual(plainDoc(readDoc({ content: blocks })).content, blocks);
});

test("splitting gives the new block an id of its own, joining keeps the first", () => {
  let s = at(state([p("aaaaaaaaaaaa", "onetwo")]), 4);
  s = run(s, splitBlock);
  const [first, second] = idsOf(s.doc);
  assert.equal(first, "aaaaaaaaaaaa");
  assert.match(second, /^[a-z0-5]{12}$/);
  s = run(s, joinBackward);
  assert.deepEqual(idsOf(s.doc), ["aaaaaaaaaaaa"]);
});

test("an empty line put before a text leaves the text its id", () => {
  const s = run(at(state([p("aaaaaaaaaaaa", "text")]), 1), splitBlock);
  assert.equal(s.doc.child(1).attrs.id, "aaaaaaaaaaaa");
  assert.notEqual(s.doc.child(0).attrs.id, "aaaaaaaaaaaa");
});

test("what is duplicated gets ids of its own, inside too", () => {
  let s = state([{ type: "quote", attrs: { id: "quot00000000" }, content: [p("insi00000000", "x")] }]);
  s = s.apply(s.tr.insert(0, s.doc.child(0)));
  const all = [];
  s.doc.descendants((n) => { if (n.attrs.id) all.push(n.attrs.id); });
  assert.equal(all.length, 4);
  assert.equal(new Set(all).size, 4);
});

test("a patch names the blocks that changed, and the order only where it did", () => {
  const was = [p("a", "1"), p("b", "2"), p("c", "3")];
  assert.equal(patchOf(was, was.map((b) => structuredClone(b))), null);
  assert.deepEqual(patchOf(was, [was[0], p("b", "two"), was[2]]), { changed: [p("b", "two")] });
  const moved = [was[2], p("d", "4"), was[0]];
  const patch = patchOf(was, moved);
  assert.deepEqual(patch, { order: ["c", "d", "a"], changed: [p("d", "4")] });
  assert.deepEqual(apply(was, patch), moved);
  assert.throws(() => apply([p("a", "1")], { order: ["a", "x"], changed: [] }));
});

test("words are counted as the paper counts them", () => {
  for (const [n, text] of [[2, "Two words"], [1, "don’t"], [1, "well-known"], [1, "3.14"], [2, "Mr. Smith"], [0, "— …"], [4, "日本 ok 語"], [2, "مرحبا بالعالم"], [1, "ไทย"]]) {
    assert.equal(words(text), n, text);
  }
  assert.equal(wordsIn(readDoc({ content: [p("a", "one two"), { type: "picture", attrs: { id: "b", media: "1", alt: "not said", caption: "three more words" } }] })), 5);
});

test("a difference is told word by word", () => {
  assert.deepEqual(diff("the big boat", "the small boat").map((d) => d.kind), ["same", "del", "ins", "same"]);
  assert.deepEqual(diff("It would uphold its word", "Theirs wrote its anew"), [{ kind: "del", text: "It would uphold its word" }, { kind: "ins", text: "Theirs wrote its anew" }]);
  assert.equal(diff("a b c", "a c").filter((d) => d.kind !== "del").map((d) => d.text).join(""), "a c");
});

test("only what both wrote asks for a choice", () => {
  const base = [p("a", "1"), p("b", "2"), p("c", "3"), p("d", "4")];
  const theirs = [base[0], p("b", "theirs"), p("c", "their three"), p("x", "new of theirs"), base[3]];
  const mine = [p("a", "mine"), base[1], p("c", "my three"), p("y", "new of mine")];
  const pairs = pairings(base, theirs, mine);
  const choice = (id) => pairs.find((q) => (q.theirs ?? q.mine).attrs.id === id).choice;
  assert.deepEqual(["a", "b", "c", "x", "y", "d"].map(choice), ["mine", "theirs", "", "theirs", "mine", "mine"]);
  assert.equal(open(pairs), 1);
  pairs.find((q) => q.choice === "").choice = "both";
  const out = merged(pairs, () => "fresh");
  assert.deepEqual(out.map((b) => b.content[0].text).sort(), ["mine", "my three", "new of mine", "new of theirs", "their three", "theirs"]);
  assert.equal(new Set(out.map((b) => b.attrs.id)).size, out.length);
});

test("without a common past every difference asks", () => {
  assert.equal(open(pairings(null, [p("a", "1"), p("b", "2")], [p("a", "1"), p("b", "3")])), 1);
});

test("a block that moved is one pairing", () => {
  const base = [p("a", "1"), p("b", "2"), p("c", "3")];
  const pairs = pairings(base, base, [base[2], base[0], p("b", "changed")]);
  assert.equal(pairs.length, 3);
  assert.equal(pairs.filter((q) => q.theirs && q.mine).length, 3);
});

test("fields are merged one by one", () => {
  const pairs = fieldPairings({ headline: "H", kicker: "K" }, { headline: "Theirs", kicker: "K" }, { headline: "H", kicker: "Mine", slug: "s" });
  assert.deepEqual(pairs.map((q) => [q.key, q.choice]), [["headline", "theirs"], ["kicker", "mine"], ["slug", "mine"]]);
  assert.deepEqual(mergedFields({ headline: "Theirs", kicker: "K" }, pairs), { headline: "Theirs", kicker: "Mine", slug: "s" });
});

test("attributes from outside are held to the table", () => {
  assert.deepEqual(cleanAttrs("picture", '{"media":"12","alt":" a\\nb ","wide":"yes","x":1}'), { media: "12", alt: "a b" });
  assert.equal(cleanAttrs("picture", '{"media":"../1"}'), false);
  assert.equal(cleanAttrs("embed", '{"url":"javascript:alert(1)"}'), false);
  assert.equal(cleanAttrs("heading", "not json"), false);
});

test("only addresses of the net, of mail and of this site are links", () => {
  for (const good of ["https://example.org/a?b=c", "http://example.org", "mailto:a@example.org", "/2026/11/x"]) assert.ok(goodLink(good), good);
  for (const bad of ["javascript:alert(1)", "data:text/html,x", "//evil.example", "https://a:b@c.example", "vbscript:x", "", "example.org", "https://a b"]) assert.ok(!goodLink(bad), bad);
});

test("what is not understood keeps its words", () => {
  const doc = readDoc({ content: [{ type: "hologram", attrs: { id: "holo00000000" }, content: [{ type: "text", text: "still here" }] }] });
  assert.equal(doc.textContent, "still here");
  assert.equal(doc.child(0).attrs.id, "holo00000000");
});
