// Measures the editor in a browser: opening an article of 10,000 words, and the script of each key. `node bench.mjs ADDRESS` (an
// article's editor, with a session's cookie in LEDE_COOKIE), with puppeteer-core from accept/.
import { createRequire } from "node:module";

const puppeteer = createRequire(new URL("../../accept/", import.meta.url))("puppeteer-core");
const [address, keys = "200"] = process.argv.slice(2);
const browser = await puppeteer.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"] });
const page = await browser.newPage();
await page.setViewport({ width: 1280, height: 860 });
if (process.env.LEDE_COOKIE) await page.setExtraHTTPHeaders({ Cookie: process.env.LEDE_COOKIE });
const at = (list, share) => list.toSorted((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * share))];
const opened = [];
for (let i = 0; i < 5; i++) {
  await page.goto(address, { waitUntil: "load" });
  await page.waitForFunction(() => performance.getEntriesByName("lede-open").length > 0);
  opened.push(await page.evaluate(() => {
    const m = performance.getEntriesByName("lede-open")[0];
    return { script: m.duration, all: m.startTime + m.duration };
  }));
}
await page.waitForSelector("#body p");
await new Promise((r) => setTimeout(r, 1500)); // the first beat tells who holds the text
await page.$eval("#holds:not([hidden]) button", (b) => b.click()).catch(() => {});
await page.waitForFunction(() => document.getElementById("body").isContentEditable);
const middle = await page.$$("#body > p");
const place = middle[Math.floor(middle.length / 2)];
await place.evaluate((p) => p.scrollIntoView({ block: "center" }));
await place.click();
if (!await page.evaluate(() => document.activeElement.id === "body")) throw new Error("the text has not the keys");
// The script's own time by the processor's clock, so that a busy machine does not count: of each key and all it sets off.
const cdp = await page.createCDPSession();
await cdp.send("Performance.disable");
await cdp.send("Performance.enable", { timeDomain: "threadTicks" });
const busy = async () => (await cdp.send("Performance.getMetrics")).metrics.find((m) => m.name === "ScriptDuration").value * 1000;
const spans = [];
for (let i = 0; i < Number(keys); i++) {
  const before = await busy();
  await page.keyboard.press("abcdefghij klmnop"[i % 17]);
  await new Promise((r) => setTimeout(r, 40));
  spans.push(await busy() - before);
}
const words = await page.$eval("#words", (e) => e.textContent);
console.log(`${words} words: opens in ${at(opened.map((o) => o.all), 0.5).toFixed(0)} ms from the request (script ${at(opened.map((o) => o.script), 0.5).toFixed(0)} ms)`);
console.log(`a key: ${at(spans, 0.5).toFixed(1)} ms of script at p50, ${at(spans, 0.95).toFixed(1)} at p95, ${at(spans, 1).toFixed(1)} at most, journal and saving too`);
await browser.close();
process.exitCode = at(spans, 0.95) > 16 || at(opened.map((o) => o.all), 0.5) > 500 ? 1 : 0;
