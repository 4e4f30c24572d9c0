// Comments: one key for a verdict, the next comment at once, undo, and a list that grows behind a line.
{
  const main = document.querySelector("main.comments:has(#judge, #nothing)");
  const $ = (id) => document.getElementById(id);

  const judge = () => $("judge");
  const rows = () => [...document.querySelectorAll("#queue li[data-id]")];
  const here = () => rows().find((r) => r.dataset.id === judge()?.dataset.id);
  const press = (id) => { if (!judge()?.ariaBusy) $(id)?.click(); };

  // pop opens one of the boxes above the verdicts.
  function pop(id) {
    const box = $(id);
    if (!box || judge()?.ariaBusy) return;
    for (const other of document.querySelectorAll(".pops[open]")) if (other !== box) other.open = false;
    box.open = true;
    box.querySelector(".whys button, input:checked, input:not([type=hidden])")?.focus();
  }

  main?.addEventListener("keydown", (event) => {
    const box = document.querySelector(".pops[open]");
    if (!box) return;
    if (event.key === "Escape") {
      box.open = false;
      box.querySelector("summary").focus();
    }
    if (box.id !== "do-refuse" || typing(event) || keysOff() || !/^[1-6]$/.test(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    box.querySelectorAll(".whys button")[event.key - 1]?.click();
  });
  document.addEventListener("click", (event) => {
    for (const box of document.querySelectorAll(".pops[open]")) if (!box.contains(event.target)) box.open = false;
  });

  // read asks for a part of the view as a document; null when it did not come.
  const read = (path) => new Promise((done) => {
    const ask = new XMLHttpRequest();
    ask.responseType = "document";
    ask.onload = () => done(ask.status === 200 ? ask.response : null);
    ask.onerror = () => done(null);
    ask.open("GET", path);
    ask.send();
  });
  const part = (path, name) => `${path}${path.includes("?") ? "&" : "?"}part=${name}`;

  // panes are the next few comments, asked for before they are wanted. One that is older than half a minute is asked for anew.
  const panes = new Map();
  function pane(path) {
    const had = panes.get(path);
    if (had && Date.now() - had.at < 30_000) return had.page;
    const page = read(part(path, "pane"));
    panes.set(path, { at: Date.now(), page });
    return page;
  }
  function warm() {
    const all = rows(), at = all.indexOf(here());
    for (const row of all.slice(at + 1, at + 4)) pane(row.querySelector("a").getAttribute("href"));
    if (all.length - at < 12 && $("list-more")) more();
    rove();
  }

  // rove makes the list one stop of the tabulator, with arrows inside.
  function rove() {
    for (const row of rows()) row.querySelector("a").tabIndex = row === here() ? 0 : -1;
  }
  main?.addEventListener("keydown", (event) => {
    const row = event.target.closest("#queue li[data-id]"), to = row && { ArrowDown: row.nextElementSibling, ArrowUp: row.previousElementSibling }[event.key];
    if (!to) return;
    event.preventDefault();
    to.querySelector("a").focus();
  });

  // go shows the comment of a row, or that nothing is left, and puts the focus on its heading. One that others decided meanwhile is
  // named and passed by, unless it is to stay.
  async function go(row, stays) {
    if (!row) return over();
    const path = row.querySelector("a").getAttribute("href");
    judge()?.setAttribute("aria-busy", "true");
    const page = await pane(path);
    panes.delete(path);
    if (!page?.querySelector("#judge")) { location.href = path; return; }
    const { decided } = page.getElementById("judge").dataset, next = row.nextElementSibling ?? row.previousElementSibling;
    if (decided && !stays && rows().includes(row)) {
      row.remove();
      toast(decided);
      return go(next);
    }
    for (const id of ["judge", "person"]) {
      const is = page.getElementById(id);
      if (is && $(id)) $(id).replaceWith(document.adoptNode(is));
    }
    for (const a of document.querySelectorAll("#queue a[aria-current]")) a.removeAttribute("aria-current");
    const now = here() ?? row;
    now.querySelector("a").setAttribute("aria-current", "true");
    now.scrollIntoView({ block: "nearest" });
    document.querySelector("main > .strip[role=alert]")?.remove();
    $("done")?.remove();
    history.replaceState(null, "", path);
    $("judge-name").focus();
    if (matchMedia("(width < 62rem)").matches) window.scrollTo(0, judge().offsetTop - 16);
    warm();
  }

  // over shows the empty view, as the server words it.
  async function over() {
    const page = await read(part(location.pathname.replace(/\/\d+$/, "") + location.search, "list"));
    const nothing = page?.getElementById("nothing");
    if (!nothing) { location.href = location.pathname.replace(/\/\d+$/, "") + location.search; return; }
    document.querySelector(".desk3")?.replaceWith(document.adoptNode(nothing));
    counts(page);
    $("judge-name").focus();
  }

  function step(by) {
    const all = rows(), to = all[all.indexOf(here()) + by];
    if (to && !judge()?.ariaBusy) go(to);
    else if (!to) toast(by > 0 ? "This is the last one." : "This is the first one.");
  }

  main?.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const link = event.target.closest("#queue .queue a, #go-next");
    if (!link) return;
    event.preventDefault();
    go(link.id === "go-next" ? rows()[rows().indexOf(here()) + 1] : link.closest("li"));
  });

  // Undoing: what was done last, and before that.
  const done = [];
  async function undoLast() {
    const last = done.pop();
    if (!last) { toast("There is nothing to undo."); return; }
    const said = await send(last.undo, new URLSearchParams({ version: last.version }));
    if (!said) return;
    toast(said.says);
    if (last.stays) { panes.clear(); await go(here(), true); }
    else if (last.row) back(last.row, last.before);
    else await refresh();
  }
  // back puts a row where it stood, and shows its comment again.
  function back(row, before) {
    if (!document.querySelector("#queue .queue")) { location.href = row.querySelector("a").getAttribute("href"); return; }
    if (before?.isConnected) before.before(row);
    else document.querySelector("#queue .queue").append(row);
    row.hidden = false;
    panes.clear();
    go(row);
    tally();
  }

  // send posts a form and gives what the server says; null when it refused, which is said.
  async function send(path, body) {
    let answer;
    try {
      answer = await fetch(path, { method: "POST", headers: { "X-Lede": "1" }, body });
    } catch {
      toast("No connection. Nothing was changed; try again.");
      return null;
    }
    const said = await answer.json().catch(() => null);
    if (answer.ok) return said;
    if (answer.status === 401) { toast("You were signed out. Sign in in another window, then try again."); return null; }
    toast([said?.says, ...Object.values(said?.fields ?? {})].filter(Boolean).join(" ") || "The server did not take it. Try again.");
    return answer.status === 409 ? { first: true, again: said?.again } : null;
  }

  main?.addEventListener("submit", async (event) => {
    const sent = event.target;
    if (sent.method !== "post" || sent.closest("#done")) return;
    event.preventDefault();
    const body = new URLSearchParams(new FormData(sent, event.submitter));
    const path = sent.getAttribute("action");
    if (sent.id === "many") { await many(path, body); return; }
    const verdict = sent.id === "verdict" || sent.closest("#do-ban");
    if (judge().ariaBusy) return;
    const row = here(), old = judge().dataset.id;
    judge().setAttribute("aria-busy", "true");
    if (!verdict) { await stay(path, body, row); return; }
    const next = row?.nextElementSibling, after = next ?? row?.previousElementSibling;
    for (const box of document.querySelectorAll(".pops[open]")) box.open = false;
    const said = await send(path, body);
    if (!said) { judge().removeAttribute("aria-busy"); return; }
    if (said.again) { panes.clear(); go(row); return; }
    if (said.undo) {
      done.push({ undo: said.undo, version: said.version, row, before: next });
      notice(said.says);
    }
    row?.remove();
    panes.delete(row?.querySelector("a").getAttribute("href"));
    tally();
    if (judge()?.dataset.id === old) go(after);
  });

  // notice says what was done, with Undo and its key.
  function notice(says) {
    toast(says, undoLast);
    const key = document.createElement("kbd");
    key.textContent = "Z";
    document.querySelector("#toasts button")?.append(" ", key);
  }

  // stay does what leaves the comment where it is, and shows it anew.
  async function stay(path, body, row) {
    const said = await send(path, body);
    if (!said) { judge().removeAttribute("aria-busy"); return; }
    if (said.undo) {
      done.push({ undo: said.undo, version: said.version ?? "", stays: true });
      notice(said.says);
    } else if (said.says) toast(said.says);
    panes.clear();
    if (row) await go(row, true); else location.reload();
  }

  async function many(path, body) {
    const said = await send(path, body);
    if (!said?.says) return;
    done.push({ undo: said.undo, version: said.version });
    notice(said.says);
    await refresh();
  }

  // refresh shows the list as it is now, and its first comment.
  async function refresh() {
    const page = await list();
    if (!page) return;
    panes.clear();
    const theirs = page.querySelector("#queue, #nothing"), mine = $("queue");
    if (!mine || theirs.id === "nothing") { location.href = location.pathname.replace(/\/\d+$/, "") + location.search; return; }
    mine.replaceWith(document.adoptNode(theirs));
    counts(page);
    go(rows()[0]);
  }

  // more joins what comes behind the list to it.
  let fetching = false;
  async function more() {
    const link = $("list-more");
    if (fetching || !link) return;
    fetching = true;
    const page = await read(part(link.getAttribute("href"), "list"));
    fetching = false;
    if (!page) return;
    const had = new Set(rows().map((r) => r.dataset.id));
    for (const row of page.querySelectorAll("#queue li[data-id]")) {
      row.querySelector("a").removeAttribute("aria-current");
      if (!had.has(row.dataset.id)) document.querySelector("#queue .queue")?.append(document.adoptNode(row.cloneNode(true)));
    }
    const next = page.getElementById("list-more");
    if (next) link.href = next.getAttribute("href"); else link.parentElement.remove();
  }

  const list = () => read(part(location.pathname.replace(/\/\d+$/, "") + location.search, "list"));

  // counts takes over the numbers of a page.
  function counts(page) {
    $("waiting").textContent = page.getElementById("waiting").textContent;
    const tabs = page.getElementById("states");
    if (!$("states").contains(document.activeElement)) $("states").replaceChildren(...document.adoptNode(tabs.cloneNode(true)).childNodes);
    const b = document.querySelector(".rail a[href='/newsroom/comments'] b"), held = page.getElementById("heldcount")?.textContent;
    if (b && held && b.firstChild.nodeValue !== held) b.firstChild.nodeValue = held;
  }

  // tally asks for the numbers a moment after the last verdict.
  let later = 0;
  function tally() {
    clearTimeout(later);
    later = setTimeout(async () => { const page = await list(); if (page) counts(page); }, 800);
  }

  // look asks for the list anew. What came waits behind a line; what others decided goes, but not under the eyes of who reads it.
  let looking = false;
  async function look() {
    if (looking) return;
    looking = true;
    const page = await list();
    looking = false;
    if (!page) return;
    counts(page);
    const news = [...page.querySelectorAll("#queue li[data-id]")], had = new Set(rows().map((r) => r.dataset.id));
    if (!$("queue")) {
      if (news.length > 0) toast("Something is here to be judged.", null), offer(news.length);
      return;
    }
    const whole = !page.getElementById("list-more") && !$("list-more"), since = Number($("queue").dataset.now) / 1000 - 1000;
    const came = news.filter((r) => !had.has(r.dataset.id) && (whole || Date.parse(r.querySelector("time").dateTime) > since));
    const all = rows(), upTo = whole ? all.length : all.findIndex((r) => r.dataset.id === news.at(-1)?.dataset.id);
    for (const row of all.slice(0, Math.max(0, upTo))) if (row !== here() && !news.some((r) => r.dataset.id === row.dataset.id)) row.remove();
    const line = $("more-came"), button = line.querySelector("button");
    line.hidden = came.length === 0;
    button.textContent = `${came.length} new`;
    button.onclick = () => {
      line.hidden = true;
      const order = news.map((r) => r.dataset.id), ol = document.querySelector("#queue .queue");
      for (const row of came) {
        row.querySelector("a").removeAttribute("aria-current");
        const behind = rows().find((r) => order.indexOf(r.dataset.id) > order.indexOf(row.dataset.id));
        if (behind) behind.before(document.adoptNode(row)); else ol.append(document.adoptNode(row));
      }
      warm();
    };
  }

  // offer leads from the empty view to what has come.
  function offer(n) {
    let line = $("offered");
    if (!line) {
      line = document.createElement("p");
      line.id = "offered";
      const a = document.createElement("a");
      a.className = "btn go";
      line.append(a);
      $("nothing").append(line);
    }
    line.firstChild.textContent = `${n} new`;
    line.firstChild.href = location.pathname.replace(/\/\d+$/, "") + location.search;
  }

  // With shift a tick reaches from the last one to this.
  let ticked = null;
  main?.addEventListener("click", (event) => {
    const tick = event.target.closest(".pick");
    if (!tick) return;
    const all = [...document.querySelectorAll(".queue .pick")];
    if (event.shiftKey && ticked?.isConnected) {
      const [from, to] = [all.indexOf(ticked), all.indexOf(tick)].sort((a, b) => a - b);
      for (const one of all.slice(from, to + 1)) one.checked = tick.checked;
    }
    ticked = tick;
  });

  if (main) {
    const form = $("narrow");
    $("narrow-go").remove(); // a choice is enough
    form.addEventListener("change", () => form.requestSubmit());
    form.addEventListener("submit", () => { for (const s of form.elements) if (s.name && !s.value) s.disabled = true; });
    window.addEventListener("pageshow", () => { for (const s of form.elements) s.disabled = false; });
    setInterval(() => { if (!document.hidden) look(); }, 20_000);
    document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
    keys.push({ key: "s", says: "show", do: () => press("do-show") }, { key: "r", says: "refuse, with 1 to 6 the reason", do: () => pop("do-refuse") }, { key: "x", says: "spam", do: () => press("do-spam") },
      { key: "b", says: "ban", do: () => pop("do-ban") }, { key: "j", says: "next, and leaves this one", do: () => step(1) }, { key: "k", says: "last", do: () => step(-1) }, { key: "z", says: "undo", do: () => undoLast() });
    warm();
  }
}
