// The newsroom's pages: signed in to by the link that the server printed, and found by their links, a few of each kind.
const eachKind = 2;

// enter lets the first person come, and returns the cookies of the session.
export async function enter(paper) {
  const link = paper.said().match(/https?:\/\/\S+(\/newsroom\/setup\/[\w-]+)/)?.[1];
  if (!link) throw new Error("the server printed no link to come in by: " + paper.said());
  const form = new URLSearchParams({ name: "Mara Lindqvist", email: "mara@paper.example", paper: "The Narrows", password: "nine white gulls over pier 9" });
  const answer = await fetch(paper.url + link, { method: "POST", body: form, redirect: "manual", headers: { Origin: paper.url, "Sec-Fetch-Site": "same-origin" } });
  const cookies = answer.headers.getSetCookie().map((c) => c.split(";")[0]);
  if (cookies.length === 0) throw new Error(`${link} let nobody in: ${answer.status} ${(await answer.text()).slice(0, 500)}`);
  return cookies;
}

// findNewsroom returns the paths of the pages.
export async function findNewsroom(paper, cookies) {
  const queue = ["/newsroom/"], seen = new Set(queue), kinds = new Map(), pages = [];
  while (queue.length > 0) {
    const path = queue.shift();
    const answer = await fetch(paper.url + path, { headers: { Cookie: cookies.join("; ") }, redirect: "manual" });
    if (!answer.ok || !(answer.headers.get("Content-Type") ?? "").startsWith("text/html")) continue;
    pages.push(path);
    for (const [, href] of (await answer.text()).matchAll(/<a\b[^>]*\shref="([^"]*)"/g)) {
      const to = new URL(href.replaceAll("&amp;", "&"), paper.url + path);
      if (to.origin !== paper.url || !to.pathname.startsWith("/newsroom/") || to.pathname.startsWith("/newsroom/preview/")) continue;
      const address = to.pathname + to.search, kind = kindOf(to);
      if (seen.has(address) || (kinds.get(kind) ?? 0) >= eachKind) continue;
      seen.add(address);
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      queue.push(address);
    }
  }
  return pages;
}

// kindOf is the same for pages that differ in ids, days and what is chosen.
function kindOf(url) {
  return url.pathname.replace(/\d{4}-\d{2}[-\dT:]*|\d{3,}/g, "N") + "?" + [...url.searchParams.keys()].sort().join("&");
}

// carry puts the cookies into the browser.
export async function carry(browser, paper, cookies) {
  const { hostname } = new URL(paper.url);
  for (const cookie of cookies) {
    const [name, value] = cookie.split(/=(.*)/s);
    await browser.setCookie({ name, value, domain: hostname, path: "/", httpOnly: true, sameSite: "Strict" });
  }
}
