// Which pages are tried: one of each kind, found as a reader would find it.

// findPages returns [{kind, url, need, picture, alone}]; need says which of the figures the page must meet. What is alone is one
// reader's own page: axe reads it in the browser that holds the cookie.
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
  pages.push(...(await findTalk(tab, front)));
  for (const p of pages) {
    await tab.goto(p.url);
    p.picture = await tab.evaluate(() => !!document.querySelector('main img[fetchpriority="high"], figure.first img'));
  }
  await tab.close();
  return pages;
}

// findTalk finds an article that is talked about, the pages about a comment of it, and writes one that is held.
async function findTalk(tab, front) {
  await tab.goto(front);
  const all = await tab.evaluate(() => [...new Set([...document.querySelectorAll("main h3 a, .latest a")].map((a) => a.href))]);
  for (const url of all) {
    await tab.goto(url);
    const about = await tab.evaluate(() => [...document.querySelectorAll('#comments a[href$="/reply"], #comments a[href$="/report"]')].slice(0, 2).map((a) => a.href));
    if (about.length < 2) continue;
    await tab.type("#reply [name=text]", "Nobody asked those who row.");
    await tab.type("#reply [name=name]", "Harold P.");
    await Promise.all([tab.waitForFunction(() => document.querySelector(".own")), tab.click("#reply button")]);
    const held = await tab.evaluate(() => document.querySelector(".own").id.replace("own-", "/comment/"));
    return [
      { kind: "article with a thread", url },
      { kind: "thread", url: url + "/comments" },
      { kind: "reply to a comment", url: about[0], alone: true },
      { kind: "report of a comment", url: about[1], alone: true },
      { kind: "held comment", url: new URL(held, front).href, alone: true },
    ];
  }
  throw new Error("no article of the front is talked about");
}
