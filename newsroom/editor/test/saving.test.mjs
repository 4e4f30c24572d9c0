import { test } from "node:test";
import assert from "node:assert/strict";
import { Journal, recover } from "../journal.js";
import { Memory } from "../store.js";
import { Part, asBlocks } from "../saving.js";
import { Clock, p, settle } from "./clock.mjs";
import { Server } from "./server.mjs";

function setUp(text = "one") {
  const clock = new Clock(), store = new Memory(), server = new Server([p("a", text), p("b", "two")]);
  const open = (tab) => {
    const journal = new Journal(store, { article: "1", person: "7", tab, timers: clock });
    return new Part({
      name: "body", seq: server.seq, value: server.value, as: asBlocks, read: (v) => v.content ?? v, tab,
      ask: (...a) => server.ask(...a), journal, timers: clock,
    });
  };
  return { clock, store, server, open };
}
const type = (part, id, text) => part.change(part.current.map((b) => (b.attrs.id === id ? p(id, text) : b)));
const text = (blocks) => blocks.map((b) => b.content?.[0].text ?? "").join("|");

test("what is typed is in the journal within a second and on the server within two", async () => {
  const { clock, store, server, open } = setUp();
  const part = open("t1");
  type(part, "a", "one!");
  assert.equal(part.state, "going");
  await clock.pass(400);
  assert.equal(store.entries.length, 1);
  await clock.pass(1000);
  assert.equal(text(server.value), "one!|two");
  assert.equal(part.state, "saved");
});

test("steady typing is never further than two seconds from the server", async () => {
  const { clock, server, open } = setUp();
  const part = open("t1");
  for (let i = 0; i < 300; i++) {
    type(part, "a", `key ${i}`);
    await clock.pass(100);
    const seen = Number(text(server.value).match(/key (\d+)/)?.[1] ?? -1);
    assert.ok(i - seen <= 20, `key ${i} typed, ${seen} on the server`);
  }
});

test("a lost connection keeps the text and sends it by itself", async () => {
  const { clock, server, open } = setUp();
  const part = open("t1");
  server.mode = "down";
  type(part, "a", "kept");
  await clock.pass(5000);
  assert.equal(part.state, "offline");
  type(part, "b", "kept too");
  server.mode = "starting";
  await clock.pass(20000);
  assert.equal(part.state, "starting");
  server.mode = "up";
  await clock.pass(20000);
  assert.equal(text(server.value), "kept|kept too");
  assert.equal(part.state, "saved");
});

test("an answer that was lost is not a second person", async () => {
  const { clock, server, open } = setUp();
  const part = open("t1");
  server.mode = "deaf";
  type(part, "a", "came");
  await clock.pass(1000);
  type(part, "a", "came, and more");
  server.mode = "up";
  await clock.pass(10000);
  assert.equal(part.state, "saved");
  assert.equal(text(server.value), "came, and more|two");
  assert.equal(server.writes, 2);
});

test("signed out: the text waits and catches up", async () => {
  const { clock, server, open } = setUp();
  const part = open("t1");
  server.mode = "signedout";
  type(part, "a", "waits");
  await clock.pass(60000);
  assert.equal(part.state, "signin");
  server.mode = "up";
  part.resume();
  await clock.pass(10);
  assert.equal(text(server.value), "waits|two");
});

test("both wrote: nothing is overwritten, ours lies beside, the choice is written", async () => {
  const { clock, server, open } = setUp();
  const part = open("t1");
  server.write([p("a", "theirs"), p("b", "two")]);
  type(part, "a", "mine");
  await clock.pass(2000);
  assert.equal(part.state, "both");
  assert.equal(text(server.value), "theirs|two");
  assert.equal(server.asides.at(-1).value.content[0].content[0].text, "mine");
  type(part, "b", "still typing");
  await clock.pass(2000);
  assert.equal(text(server.asides.at(-1).value.content), "mine|still typing");
  assert.equal(await part.resolve([p("a", "theirs and mine"), p("b", "still typing")]), true);
  assert.equal(text(server.value), "theirs and mine|still typing");
  assert.equal(part.state, "saved");
});

test("held: the text waits until the hold is given", async () => {
  const { clock, server, open } = setUp();
  const part = open("t1");
  server.mode = "held";
  type(part, "a", "waits");
  await clock.pass(30000);
  assert.equal(part.state, "held");
  assert.equal(part.holder.by.name, "Ana Ruiz");
  server.mode = "up";
  part.resume();
  await clock.pass(10);
  assert.equal(part.state, "saved");
});

test("what others wrote is taken over only where nothing of ours waits", () => {
  const { open } = setUp();
  const part = open("t1");
  assert.equal(part.adopt([p("a", "new"), p("b", "two")], 2, 9), true);
  type(part, "a", "mine");
  assert.equal(part.adopt([p("a", "newer"), p("b", "two")], 3, 9), false);
  assert.equal(text(part.current), "mine|two");
});

test("after a crash the journal gives back every state", async () => {
  const { clock, store, server, open } = setUp();
  const part = open("t1");
  server.mode = "down";
  for (let i = 0; i < 500; i++) {
    type(part, i % 2 ? "a" : "b", `state ${i}`);
    await clock.pass(310);
  }
  await settle();
  const journal = new Journal(store, { article: "1", person: "7", tab: "t2", timers: clock });
  const [found] = await journal.found({ body: { seq: server.seq, value: server.value } }, () => false);
  assert.equal(found.do, "send");
  assert.equal(text(found.value), "state 499|state 498");
  assert.ok(store.entries.length < 250, "the journal is made short");
});

test("a journal whose sending came but was not answered goes on from there", async () => {
  const { clock, store, server, open } = setUp();
  const part = open("t1");
  server.mode = "deaf";
  type(part, "a", "sent");
  await clock.pass(1000);
  type(part, "a", "sent, and typed on");
  await clock.pass(400);
  const journal = new Journal(store, { article: "1", person: "7", tab: "t2", timers: clock });
  const [found] = await journal.found({ body: { seq: server.seq, value: server.value } }, () => false);
  assert.equal(found.do, "send");
  assert.equal(text(found.value), "sent, and typed on|two");
});

test("a journal behind somebody else's text is offered for merging", () => {
  const entries = [{ key: 1, tab: "t1", part: "body", at: 1, base: 1, value: [p("a", "mine")], from: [p("a", "was")] }];
  const [found] = recover(entries, { body: { seq: 4, value: [p("a", "theirs")] } });
  assert.equal(found.do, "both");
  assert.deepEqual(found.from, [p("a", "was")]);
});

test("a journal the server has is dropped", async () => {
  const { clock, store, server, open } = setUp();
  type(open("t1"), "a", "saved");
  await clock.pass(2000);
  const journal = new Journal(store, { article: "1", person: "7", tab: "t2", timers: clock });
  const found = await journal.found({ body: { seq: server.seq, value: server.value } }, () => false);
  assert.deepEqual(found.map((f) => f.do), ["drop"]);
});

test("another person's journal and a living window's are left alone", async () => {
  const { clock, store, server, open } = setUp();
  server.mode = "down";
  type(open("t1"), "a", "mine");
  await clock.pass(400);
  const there = { body: { seq: server.seq, value: server.value } };
  const other = new Journal(store, { article: "1", person: "8", tab: "t2", timers: clock });
  assert.equal((await other.found(there, () => false)).length, 0);
  const same = new Journal(store, { article: "1", person: "7", tab: "t2", timers: clock });
  assert.equal((await same.found(there, (tab) => tab === "t1")).length, 0);
});

// 1,000 seeded runs: keys, losses of the connection, lost answers, restarts, others writing. Whatever happens, what
// was typed is on the server, beside it, or in the journal; and no version goes without its predecessor being kept.
test("1,000 seeded runs lose nothing", async () => {
  for (let seed = 1; seed <= 1000; seed++) await run(seed);
});

async function run(seed) {
  let s = seed;
  const chance = (n) => ((s = (s * 1103515245 + 12345) & 0x7fffffff), (s >> 8) % n);
  const { clock, store, server, open } = setUp(`seed ${seed}`);
  let part = open("t1"), typed = 0;
  for (let step = 0; step < 40; step++) {
    const what = chance(12);
    if (what < 6) type(part, chance(2) ? "a" : "b", `typed ${++typed}`);
    else if (what < 8) server.mode = ["up", "down", "starting", "deaf"][chance(4)];
    else if (what === 8 && chance(4) === 0) server.write([p("a", `other ${step}`), p("b", "two")]);
    else if (what === 9 && chance(3) === 0) part = await crash(part);
    await clock.pass(chance(1500));
  }
  server.mode = "up";
  await clock.pass(60000);
  const last = text(part.current);
  const there = [server.value, ...server.versions, ...server.asides.map((a) => a.value.content)].map(text);
  assert.ok(there.includes(last), `seed ${seed}: ${last} is nowhere: ${there}`);
  assert.equal(server.versions.length, server.seq - 1, `seed ${seed}: a version went without its predecessor`);

  async function crash(old) {
    await clock.pass(400); // within a second what was typed is in the journal
    old.ask = () => new Promise(() => {});
    clock.waiting = [];
    const journal = new Journal(store, { article: "1", person: "7", tab: "t1", timers: clock });
    const found = await journal.found({ body: { seq: server.seq, value: server.value } }, () => false);
    const next = open("t1");
    for (const f of found) {
      if (f.do === "both") next.both({ seq: server.seq, value: server.value }, f.from);
      if (f.do !== "drop") next.change(f.value);
      await next.journal.flush();
      await next.journal.drop(f.keys);
    }
    assert.ok(found.length === 0 || text(next.current) === text(old.current) || !old.dirty, `seed ${seed}: crash lost ${text(old.current)}, has ${text(next.current)}`);
    return next;
  }
}
