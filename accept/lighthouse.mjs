// Lighthouse's mobile run with its own simulated throttling, three times; what counts is the median.
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";
import { chromium, flags } from "./browser.mjs";

const categories = ["performance", "accessibility", "best-practices", "seo"];
const runs = 3;

// lighthouseOn returns {scores, lcp, cls, requests, script, failed} of one page. Times are milliseconds, sizes bytes.
export async function lighthouseOn(url) {
  const seen = [];
  for (let i = 0; i < runs; i++) seen.push(await once(url));
  const middle = (of) => seen.map(of).sort((a, b) => a - b)[Math.floor(runs / 2)];
  return {
    scores: Object.fromEntries(categories.map((c) => [c, middle((s) => s.scores[c])])),
    lcp: middle((s) => s.lcp),
    fcp: middle((s) => s.fcp),
    lcpRuns: seen.map((s) => s.lcp),
    cls: Math.max(...seen.map((s) => s.cls)),
    further: Math.max(...seen.map((s) => s.further.length)),
    script: Math.max(...seen.map((s) => s.script)),
    requests: seen[0].further,
    failed: [...new Set(seen.flatMap((s) => s.failed))],
  };
}

// once asks Lighthouse again, at most twice, where it says that it could not record what the browser did.
async function once(url, more = 2) {
  const chrome = await launch({ chromePath: chromium, chromeFlags: ["--headless=new", ...flags], logLevel: "error" });
  try {
    const { lhr } = await lighthouse(url, { port: chrome.port, output: "json", logLevel: "error", onlyCategories: categories, ignoreStatusCode: true });
    if (lhr.runtimeError && more > 0) return await once(url, more - 1);
    if (lhr.runtimeError) throw new Error(`Lighthouse on ${url}: ${lhr.runtimeError.message}`);
    const requests = (lhr.audits["network-requests"].details?.items ?? []).filter((r) => !r.url.startsWith("data:"));
    const further = requests.filter((r) => r.resourceType !== "Document" && r.resourceType !== "Image");
    return {
      scores: Object.fromEntries(categories.map((c) => [c, Math.round(lhr.categories[c].score * 100)])),
      lcp: Math.round(lhr.audits["largest-contentful-paint"].numericValue),
      fcp: Math.round(lhr.audits["first-contentful-paint"].numericValue),
      cls: lhr.audits["cumulative-layout-shift"].numericValue,
      further: further.map((r) => new URL(r.url).pathname),
      script: further.filter((r) => r.resourceType === "Script").reduce((sum, r) => sum + r.resourceSize, 0),
      failed: failedAudits(lhr),
    };
  } finally {
    chrome.kill();
  }
}

// failedAudits names what costs points: "seo/is-crawlable".
function failedAudits(lhr) {
  return categories.flatMap((c) =>
    lhr.categories[c].auditRefs
      .filter((ref) => ref.weight > 0 && lhr.audits[ref.id].score !== null && lhr.audits[ref.id].score < 0.9)
      .map((ref) => `${c}/${ref.id}`),
  );
}
