// The paper against the figures that can be measured from outside: `make accept`. Exit 1 if any is missed.
// Words on the command line keep the run to some parts: axe, html, lighthouse, feeds, newsroom.
import { writeFileSync } from "node:fs";
import { axeOn } from "./axe.mjs";
import { openBrowser } from "./browser.mjs";
import { checkFeed } from "./feeds.mjs";
import { lighthouseOn } from "./lighthouse.mjs";
import { carry, enter, findNewsroom } from "./newsroom.mjs";
import { findPages } from "./pages.mjs";
import { openPaper } from "./paper.mjs";
import { checkSitemaps } from "./sitemaps.mjs";
import { checkHTML } from "./vnu.mjs";
import { weigh } from "./weight.mjs";

// A kilobyte is taken as 1,000 bytes, so that what passes here passes by either reading.
const limits = { lcp: 800, lcpWithPicture: 950, html: 12_000, gzip: 5_000, further: 3, script: 4_000 };
const parts = process.argv.slice(2);
const wants = (part) => parts.length === 0 || parts.includes(part);

const missed = [];
const miss = (ok, what) => ok || missed.push(what);

const paper = await openPaper({ small: wants("lighthouse") });
const report = { pages: {}, feeds: {}, sitemaps: {} };
try {
  const browser = await openBrowser();
  try {
    report.pages = await tryPages(browser);
    if (wants("feeds")) await tryFeeds(browser);
    if (wants("newsroom")) report.newsroom = await tryNewsroom(browser);
  } finally {
    await browser.close();
  }
  if (wants("lighthouse")) await tryLighthouse();
} finally {
  await paper.close();
}
report.missed = missed;
writeFileSync(new URL("report.json", import.meta.url), JSON.stringify(report, null, 2) + "\n");
print();
process.exitCode = missed.length > 0 ? 1 : 0;

// tryPages runs axe and the HTML checker over all pages, and weighs them.
async function tryPages(browser) {
  const pages = {};
  const found = await findPages(browser, paper);
  const html = wants("html") ? await checkHTML(found.filter((p) => !p.alone).map((p) => p.url)) : new Map();
  for (const p of found) {
    pages[p.kind] = { ...p, ...(p.alone ? {} : await weigh(p.url)), axe: wants("axe") ? await axeOn(browser, p.url) : [], vnu: html.get(p.url) ?? [] };
    for (const v of pages[p.kind].axe) miss(false, `${p.kind}: axe: ${v}`);
    for (const v of pages[p.kind].vnu) miss(false, `${p.kind}: HTML: ${v}`);
    if (!p.weight) continue;
    miss(pages[p.kind].html <= limits.html, `${p.kind}: ${pages[p.kind].html} bytes of HTML, at most ${limits.html}`);
    miss(pages[p.kind].gzip <= limits.gzip, `${p.kind}: ${pages[p.kind].gzip} bytes compressed, at most ${limits.gzip}`);
  }
  return pages;
}

// tryNewsroom runs axe over every page of the newsroom, signed in as its publisher.
async function tryNewsroom(browser) {
  const cookies = await enter(paper);
  const paths = await findNewsroom(paper, cookies);
  await carry(browser, paper, cookies);
  const pages = {};
  for (const path of paths) {
    pages[path] = await axeOn(browser, paper.url + path);
    for (const v of pages[path]) miss(false, `${path}: axe: ${v}`);
  }
  miss(paths.length >= 25, `only ${paths.length} pages of the newsroom were found: ${paths.join(" ")}`);
  return pages;
}

async function tryLighthouse() {
  for (const p of Object.values(report.pages).filter((p) => !p.alone)) {
    const seen = (p.lighthouse = await lighthouseOn(p.url));
    console.log(`Lighthouse: ${p.kind}: ${Object.values(seen.scores).join("/")}, LCP ${seen.lcpRuns.join(", ")} ms, CLS ${seen.cls}`);
    miss(seen.cls === 0, `${p.kind}: CLS ${seen.cls}, want 0`);
    if (p.need) {
      const most = p.picture ? limits.lcpWithPicture : limits.lcp;
      miss(seen.lcp <= most, `${p.kind}: LCP ${seen.lcp} ms, at most ${most}`);
      for (const [category, score] of Object.entries(seen.scores)) miss(score === 100, `${p.kind}: ${category} ${score}, want 100 (${seen.failed.join(", ")})`);
    }
    miss(seen.scores.accessibility === 100, `${p.kind}: accessibility ${seen.scores.accessibility}, want 100`);
    if (p.weight) {
      miss(seen.further <= limits.further, `${p.kind}: ${seen.further} further requests, at most ${limits.further}: ${seen.requests.join(" ")}`);
      miss(seen.script <= limits.script, `${p.kind}: ${seen.script} bytes of JavaScript, at most ${limits.script}`);
    }
  }
}

// tryFeeds checks every feed that any of the pages names, and the sitemaps.
async function tryFeeds(browser) {
  const tab = await browser.newPage();
  const urls = new Set();
  for (const p of Object.values(report.pages)) {
    await tab.goto(p.url);
    const named = await tab.evaluate(() => [...document.querySelectorAll('link[rel=alternate][type]')].map((l) => l.href));
    for (const url of named) urls.add(url);
  }
  await tab.close();
  miss(urls.size >= 9, `the pages name ${urls.size} feeds; paper, section and topic have three each`);
  for (const url of urls) report.feeds[url] = await checkFeed(url);
  report.sitemaps = await checkSitemaps(paper.url);
  for (const [url, wrong] of [...Object.entries(report.feeds), ...Object.entries(report.sitemaps)]) {
    for (const w of wrong) miss(false, `${new URL(url).pathname}: ${w}`);
  }
}

function print() {
  const rows = Object.values(report.pages).map((p) => ({
    page: p.kind,
    HTML: p.html,
    gzip: p.gzip,
    axe: wants("axe") ? p.axe.length : "-",
    vnu: wants("html") ? p.vnu.length : "-",
    scores: p.lighthouse ? Object.values(p.lighthouse.scores).join("/") : "-",
    "FCP ms": p.lighthouse?.fcp ?? "-",
    "LCP ms": p.lighthouse?.lcp ?? "-",
    CLS: p.lighthouse?.cls ?? "-",
    further: p.lighthouse?.further ?? "-",
    JS: p.lighthouse?.script ?? "-",
  }));
  console.table(rows);
  const clean = (files) => `${Object.values(files).filter((w) => w.length === 0).length} of ${Object.keys(files).length} without fault`;
  if (wants("newsroom")) console.log(`newsroom, axe on ${Object.keys(report.newsroom).length} pages: ${clean(report.newsroom)}`);
  if (wants("feeds")) console.log(`feeds: ${clean(report.feeds)}; sitemaps: ${clean(report.sitemaps)}`);
  for (const m of missed.slice(0, 60)) console.log("MISSED  " + m);
  console.log(missed.length === 0 ? "Every figure is met." : `${missed.length} missed; all of it in accept/report.json`);
}
