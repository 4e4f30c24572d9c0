// Which pages are tried: one of each kind, found as a reader would find it.

// findPages returns [{kind, url, need, picture}]; need says which of the figures the page must meet.
export async function findPages(browser, paper) {
  const tab = await browser.newPage();
  const first = async (url, selector) => {
    await tab.goto(url);
    const found = await tab.evaluate((s) => document.querySelector(s)?.href ?? "", selector);
    if (!found) throw new Error(`nothing like ${selector} on ${url}`);
    return found;
  };
  const front = paper.url + "/";
  const pictured = await first(front, "main h3 a");
  const arabic = await first(front, 'a[lang="ar"]');
  const pages = [
    { kind: "front", url: front, need: "all" },
    { kind: "section", url: await first(front, "nav.sections a") },
    { kind: "article (seed)", url: paper.seed, need: "all", weight: true },
    { kind: "article (lead picture)", url: pictured, need: "all" },
    { kind: "topic", url: await first(pictured, ".about a") },
    { kind: "history", url: await first(pictured, '.facts a[href$="/history"]') },
    { kind: "standing page", url: await first(front, 'footer nav a:not([href*="."])') },
    { kind: "not found", url: paper.url + "/2020/01/nothing-here", status: 404 },
    { kind: "Arabic front", url: arabic, need: "all" },
    { kind: "Arabic article", url: await first(arabic, "main h3 a"), need: "all" },
  ];
  for (const p of pages) {
    await tab.goto(p.url);
    p.picture = await tab.evaluate(() => !!document.querySelector('main img[fetchpriority="high"], figure.first img'));
  }
  await tab.close();
  return pages;
}
