// The rules of feeds: RSS 2.0 (rssboard.org/rss-specification and the W3C feed validator's advice), Atom (RFC 4287), JSON Feed 1.1.
import { ns, parse } from "./xml.mjs";

const days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const rfc822 = /^(Sun|Mon|Tue|Wed|Thu|Fri|Sat), (\d{2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d{2}:\d{2}:\d{2} ([+-]\d{4}|GMT))$/;
const rfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;
const language = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/;

const checks = { "application/rss+xml": checkRSS, "application/atom+xml": checkAtom, "application/feed+json": checkJSON };

// checkFeed returns what is wrong with the feed at url.
export async function checkFeed(url) {
  const res = await fetch(url);
  const type = (res.headers.get("content-type") ?? "").split(";")[0];
  if (!res.ok || !checks[type]) return [`answers ${res.status} with the type ${type}`];
  const wrong = [];
  const say = (ok, what) => ok || wrong.push(what);
  try {
    checks[type](await res.text(), url, say);
  } catch (err) {
    wrong.push("cannot be read: " + err.message);
  }
  return wrong;
}

function checkRSS(text, url, say) {
  const rss = parse(text);
  const channel = rss.one("channel");
  say(rss.name === "rss" && rss.attributes.version === "2.0" && channel, "is no RSS 2.0");
  for (const name of ["title", "link", "description"]) say(channel.all(name).length === 1 && channel.one(name).text, `channel: one ${name} is needed`);
  say(absolute(channel.one("link").text), "channel: the link is not absolute");
  say(!channel.one("language") || language.test(channel.one("language").text), "channel: the language is no tag");
  for (const name of ["pubDate", "lastBuildDate"]) for (const d of channel.all(name)) say(goodDate822(d.text), `channel: ${name} ${d.text}`);
  const self = channel.all("link", ns.atom).filter((l) => l.attributes.rel === "self");
  say(self.length === 1 && self[0].attributes.href === url, "channel: atom:link rel=self does not name the feed");
  say(!channel.one("image") || channel.one("image").one("url")?.text, "channel: an image without url");
  const items = channel.all("item");
  say(items.length > 0, "has no items");
  unique(items.map((i) => i.one("guid")?.text), "guid", say);
  for (const item of items) checkItem(item, say);
}

function checkItem(item, say) {
  const name = item.one("title")?.text || item.one("guid")?.text || "an item";
  const mind = (ok, what) => say(ok, `${name}: ${what}`);
  mind(item.one("title")?.text || item.one("description")?.text, "neither title nor description");
  mind(item.all("link").length === 1 && absolute(item.one("link").text), "no absolute link");
  const guid = item.one("guid");
  mind(guid && (guid.attributes.isPermaLink === "false" || absolute(guid.text)), "its guid says it is an address and is none");
  for (const d of item.all("pubDate")) mind(goodDate822(d.text), `pubDate ${d.text}`);
  for (const a of item.all("author")) mind(a.text.includes("@"), "an RSS author is a mail address; names stand in dc:creator");
  for (const c of item.all("creator", ns.dc)) mind(c.text, "an empty dc:creator");
  for (const c of item.all("category")) mind(c.text, "an empty category");
  mind(item.all("enclosure").length <= 1, "more than one enclosure");
  for (const e of item.all("enclosure")) {
    mind(absolute(e.attributes.url) && /^\d+$/.test(e.attributes.length ?? "") && /^[a-z]+\/[a-z0-9.+-]+$/.test(e.attributes.type ?? ""), "an enclosure without url, length or type");
  }
  for (const m of item.all("content", ns.media)) mind(absolute(m.attributes.url), "media:content without an absolute url");
  mind(item.one("encoded", ns.content)?.text, "no full text");
  goodHTML(item.one("encoded", ns.content)?.text ?? "", mind);
}

function checkAtom(text, url, say) {
  const feed = parse(text);
  say(feed.uri === ns.atom && feed.name === "feed", "is no Atom feed");
  for (const name of ["id", "title", "updated"]) say(feed.all(name).length === 1 && feed.one(name).text, `feed: one ${name} is needed`);
  say(absolute(feed.one("id").text), "feed: the id is no IRI");
  say(goodDate(feed.one("updated").text), "feed: updated " + feed.one("updated").text);
  links(feed, (ok, what) => say(ok, "feed: " + what));
  const self = feed.all("link").filter((l) => l.attributes.rel === "self");
  say(self.length === 1 && self[0].attributes.href === url, "feed: link rel=self does not name the feed");
  const entries = feed.all("entry");
  say(entries.length > 0, "has no entries");
  unique(entries.map((e) => e.one("id")?.text), "id", say);
  for (const entry of entries) checkEntry(entry, feed, say);
}

function checkEntry(entry, feed, say) {
  const mind = (ok, what) => say(ok, `${entry.one("title")?.text || "an entry"}: ${what}`);
  for (const name of ["id", "title", "updated"]) mind(entry.all(name).length === 1 && entry.one(name).text, `one ${name} is needed`);
  mind(absolute(entry.one("id")?.text), "the id is no IRI");
  mind(goodDate(entry.one("updated")?.text), `updated ${entry.one("updated")?.text}`);
  mind(entry.all("published").length <= 1 && entry.all("published").every((d) => goodDate(d.text)), "published");
  const authors = [...entry.all("author"), ...feed.all("author")];
  mind(authors.length > 0 && authors.every((a) => a.one("name")?.text), "no author with a name, in the entry or the feed");
  links(entry, mind);
  mind(entry.all("link").some((l) => (l.attributes.rel ?? "alternate") === "alternate") || entry.one("content"), "neither content nor rel=alternate");
  mind(entry.all("content").length <= 1 && entry.all("summary").length <= 1, "more than one content or summary");
  for (const c of entry.all("category")) mind(c.attributes.term, "a category without term");
  const content = entry.one("content");
  mind(content?.attributes.type === "html" && content.text, "no full text of type html");
  goodHTML(content?.text ?? "", mind);
}

function links(of, mind) {
  const seen = new Set();
  for (const l of of.all("link")) {
    mind(absolute(l.attributes.href), `a link to ${l.attributes.href}, not absolute`);
    const { rel = "alternate", type = "", hreflang = "" } = l.attributes;
    mind(rel !== "alternate" || !seen.has(type + " " + hreflang), "two rel=alternate of one type and language (RFC 4287, 4.1.1)");
    if (rel === "alternate") seen.add(type + " " + hreflang);
  }
}

function checkJSON(text, url, say) {
  const feed = JSON.parse(text);
  say(feed.version === "https://jsonfeed.org/version/1.1", "version " + feed.version);
  say(feed.title, "has no title");
  say(feed.feed_url === url, "feed_url does not name the feed");
  for (const key of ["home_page_url", "icon", "favicon", "next_url"]) say(feed[key] === undefined || absolute(feed[key]), `${key} is not absolute`);
  say(feed.language === undefined || language.test(feed.language), "the language is no tag");
  authors(feed, say);
  say(Array.isArray(feed.items) && feed.items.length > 0, "has no items");
  unique(feed.items.map((i) => i.id), "id", say);
  for (const item of feed.items) {
    const mind = (ok, what) => say(ok, `${item.title ?? item.id}: ${what}`);
    mind(typeof item.id === "string" && item.id, "the id is no text");
    mind(item.content_html || item.content_text, "no content");
    for (const key of ["url", "external_url", "image", "banner_image"]) mind(item[key] === undefined || absolute(item[key]), `${key} is not absolute`);
    for (const key of ["date_published", "date_modified"]) mind(item[key] === undefined || goodDate(item[key]), `${key} ${item[key]}`);
    mind(item.language === undefined || language.test(item.language), "the language is no tag");
    mind(item.tags === undefined || item.tags.every((t) => typeof t === "string" && t), "an empty tag");
    mind((item.attachments ?? []).every((a) => absolute(a.url) && a.mime_type), "an attachment without url or mime_type");
    authors(item, mind);
    goodHTML(item.content_html ?? "", mind);
  }
}

function authors(of, mind) {
  mind(of.author === undefined, "author is of version 1.0; 1.1 has authors");
  mind((of.authors ?? []).every((a) => a.name || a.url || a.avatar), "an author without name, url and avatar");
}

// goodHTML holds what the feed validator warns of in carried HTML: addresses that are not absolute, scripts, frames, styles.
function goodHTML(html, mind) {
  for (const [, , address] of html.matchAll(/\s(href|src|poster)="([^"]*)"/g)) mind(absolute(address), `the text leads to ${address}, not absolute`);
  for (const bad of html.match(/<(script|iframe|style|object|embed|form|input|button|meta|link)\b|\s(style|on[a-z]+|data-[a-z-]+)=/g) ?? []) mind(false, `the text holds ${bad.trim()}`);
}

function unique(ids, name, say) {
  say(ids.every(Boolean), `an item without ${name}`);
  say(new Set(ids).size === ids.length, `two items with one ${name}`);
}

export function absolute(address) {
  try {
    return /^(https?|urn|tag|mailto|tel):/.test(address) && !/\s/.test(address) && !!new URL(address);
  } catch {
    return false;
  }
}

export const goodDate = (text) => rfc3339.test(text ?? "") && !Number.isNaN(Date.parse(text));

// goodDate822 also minds that the day of the week is the right one.
function goodDate822(text) {
  const [, day, date] = rfc822.exec(text) ?? [];
  if (!day || Number.isNaN(Date.parse(text))) return false;
  const local = new Date(Date.parse(date.replace(/([+-]\d{4}|GMT)$/, "GMT")));
  return days[local.getUTCDay()] === day;
}
