// The rules themselves: a good feed passes, and each fault is found.
import assert from "node:assert/strict";
import { test } from "node:test";
import { checkFeed } from "./feeds.mjs";

const url = "http://paper.example.org/rss.xml";
const rss = `<?xml version="1.0"?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>Paper</title><link>http://paper.example.org/</link><description>News</description><atom:link rel="self" href="${url}"/>
<item><title>One</title><link>http://paper.example.org/1</link><guid isPermaLink="false">urn:1</guid><pubDate>Tue, 17 Jun 2025 23:30:00 -0400</pubDate><content:encoded>&lt;p&gt;a &lt;a href="http://paper.example.org/2"&gt;b&lt;/a&gt;</content:encoded></item>
</channel></rss>`;
const atom = `<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:paper</id><title>Paper</title><updated>2025-06-17T23:30:00Z</updated><link rel="self" href="${url}"/>
<entry><id>urn:1</id><title>One</title><updated>2025-06-17T23:30:00Z</updated><author><name>Ines</name></author><link href="http://paper.example.org/1"/><content type="html">&lt;p&gt;a</content></entry></feed>`;
const json = JSON.stringify({ version: "https://jsonfeed.org/version/1.1", title: "Paper", feed_url: url, items: [{ id: "1", title: "One", url: "http://paper.example.org/1", content_html: "<p>a", date_published: "2025-06-17T23:30:00Z" }] });

const kinds = { rss: ["application/rss+xml", rss], atom: ["application/atom+xml", atom], json: ["application/feed+json", json] };

async function faults(kind, change = (text) => text) {
  const [type, text] = kinds[kind];
  const before = globalThis.fetch;
  globalThis.fetch = async () => new Response(change(text), { headers: { "content-type": type } });
  try {
    return await checkFeed(url);
  } finally {
    globalThis.fetch = before;
  }
}

for (const kind of Object.keys(kinds)) test(`a good ${kind} passes`, async () => assert.deepEqual(await faults(kind), []));

for (const [kind, what, from, to] of [
  ["rss", "a wrong day of the week", "Tue, 17", "Mon, 17"],
  ["rss", "a link that is not absolute", "<link>http://paper.example.org/1", "<link>/1"],
  ["rss", "a link in the text that is not absolute", 'href="http://paper.example.org/2"', 'href="/2"'],
  ["rss", "no guid", /<guid.*<\/guid>/, ""],
  ["rss", "an open element", "</item>", ""],
  ["rss", "no atom:link to itself", 'rel="self"', 'rel="hub"'],
  ["atom", "a date without zone", /(<entry>.*?)23:30:00Z/, "$123:30:00"],
  ["atom", "no author", /<author>.*<\/author>/, ""],
  ["atom", "two alternates", "<content", '<link href="http://paper.example.org/1b"/><content'],
  ["atom", "a script in the text", "&lt;p&gt;a", "&lt;script&gt;"],
  ["json", "a number as id", '"id":"1"', '"id":1'],
  ["json", "no content", '"content_html"', '"html"'],
  ["json", "version 1.0", "version/1.1", "version/1"],
]) {
  test(`${kind}: ${what} is found`, async () => assert.equal((await faults(kind, (text) => text.replace(from, to))).length > 0, true));
}
