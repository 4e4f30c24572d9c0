// The rules of sitemaps (sitemaps.org/protocol.html) and of Google's news sitemaps.
import { absolute, goodDate } from "./feeds.mjs";
import { ns, parse } from "./xml.mjs";

const mostURLs = 50_000;
const mostNews = 1_000;
const newsFor = 48 * 3600 * 1000;
const day = /^\d{4}-\d{2}(-\d{2})?$/;

// checkSitemaps follows the index and returns {file: [what is wrong]} with every address it names.
export async function checkSitemaps(paper) {
  const files = {};
  const index = paper + "/sitemap.xml";
  const maps = await read(index, "sitemapindex", "sitemap", paper, files);
  for (const m of maps) files[m] = (await sitemap(m, paper)) ?? [];
  return files;
}

async function read(url, root, each, paper, files) {
  const wrong = (files[url] = []);
  const say = (ok, what) => ok || wrong.push(what);
  const doc = await fetchXML(url, say);
  say(doc?.name === root && doc.uri === ns.sitemap, `is no ${root}`);
  const locs = (doc?.all(each) ?? []).map((e) => e.one("loc")?.text);
  say(locs.length > 0, "is empty");
  say(new Set(locs).size === locs.length, "names one address twice");
  for (const l of locs) say(absolute(l) && l.startsWith(paper + "/"), `names ${l}`);
  return locs;
}

async function sitemap(url, paper) {
  const wrong = [];
  const say = (ok, what) => ok || wrong.push(what);
  const doc = await fetchXML(url, say);
  if (!doc) return wrong;
  say(doc.name === "urlset" && doc.uri === ns.sitemap, "is no urlset");
  const urls = doc.all("url");
  const isNews = url.endsWith("/news.xml");
  say(isNews || urls.length > 0, "is empty");
  say(urls.length <= (isNews ? mostNews : mostURLs), `names ${urls.length} addresses`);
  const locs = urls.map((u) => u.one("loc")?.text);
  say(new Set(locs).size === locs.length, "names one address twice");
  for (const u of urls) checkURL(u, paper, say, isNews);
  for (const loc of locs) {
    const res = await fetch(loc, { method: "HEAD", redirect: "manual" });
    say(res.status === 200, `${loc} answers ${res.status}`);
  }
  return wrong;
}

function checkURL(u, paper, say, isNews) {
  const loc = u.one("loc")?.text;
  const mind = (ok, what) => say(ok, `${loc}: ${what}`);
  mind(absolute(loc) && loc.startsWith(paper + "/") && loc.length < 2048, "no address of the paper");
  for (const d of u.all("lastmod")) mind(day.test(d.text) || goodDate(d.text), `lastmod ${d.text}`);
  for (const i of u.all("image", ns.image)) mind(absolute(i.one("loc")?.text), "a picture without an absolute address");
  const alternates = u.all("link", ns.xhtml);
  for (const l of alternates) mind(l.attributes.rel === "alternate" && absolute(l.attributes.href) && l.attributes.hreflang, "a translation without address or language");
  mind(alternates.length === 0 || alternates.some((l) => l.attributes.href === loc), "its translations leave itself out");
  if (isNews) checkNews(u, mind);
}

function checkNews(u, mind) {
  const news = u.one("news", ns.news);
  const publication = news?.one("publication");
  mind(publication?.one("name")?.text && /^[a-z]{2,3}$|^zh-(cn|tw)$/.test(publication?.one("language")?.text ?? ""), "no name or language of the publication");
  const at = news?.one("publication_date")?.text;
  mind(day.test(at ?? "") || goodDate(at), `publication_date ${at}`);
  const age = Date.now() - Date.parse(at);
  mind(age >= 0 && age <= newsFor, `published ${at}, which is not in the last 48 hours`);
  mind(news?.one("title")?.text, "no title");
}

async function fetchXML(url, say) {
  const res = await fetch(url);
  say(res.ok && /xml/.test(res.headers.get("content-type") ?? ""), `answers ${res.status} as ${res.headers.get("content-type")}`);
  try {
    return parse(await res.text());
  } catch (err) {
    say(false, "is not well-formed: " + err.message);
  }
}
