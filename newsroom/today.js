// Today: keys, filters at once, arranging in place, and a list that refreshes itself without moving what is being read.
{
  const table = document.getElementById("work");
  const main = document.querySelector("main.today");
  const rows = () => [...(document.getElementById("work")?.querySelectorAll("tr[data-id]") ?? [])];
  const fresh = document.getElementById("fresh");

  if (main) {
    const form = document.getElementById("filters");
    document.getElementById("apply").remove(); // a choice is enough
    form.addEventListener("change", () => form.requestSubmit());
    form.addEventListener("submit", () => { for (const s of form.elements) if (s.name && !s.value) s.disabled = true; });
    window.addEventListener("pageshow", () => { for (const s of form.elements) s.disabled = false; });
    document.getElementById("show-filters").addEventListener("click", (event) => {
      event.preventDefault();
      form.classList.toggle("open");
      if (form.classList.contains("open")) form.querySelector("select").focus();
    });
    keys.push({ key: "f", says: "filter", do: () => { form.classList.add("open"); form.querySelector("select").focus(); } });
    setInterval(() => { if (!document.hidden) look(); }, 10_000);
    document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
  }

  if (table) {
    const at = () => document.activeElement?.closest?.("tr[data-id]");
    const go = (step) => {
      const all = rows(), to = all[at() ? all.indexOf(at()) + step : 0];
      to?.querySelector(".what a").focus();
      to?.scrollIntoView({ block: "nearest" });
    };
    keys.push({ key: "j", says: "down", do: () => go(1) }, { key: "k", says: "up", do: () => go(-1) });
    keys.push({ key: "m", says: "notes", do: () => { const a = at()?.querySelector(".what a"); if (a) location.href = `${a.getAttribute("href")}/notes`; } });
    if (document.getElementById("arrange")) {
      keys.push({ key: "a", says: "assign", do: () => at() && arrange(at(), "people") }, { key: "d", says: "deadline", do: () => at() && arrange(at(), "due") });
    }
    keys.push({ key: "Enter", says: "open", do: () => {} }); // the link's own; it only stands in the list of keys
  }

  main?.addEventListener("click", (event) => {
    const link = event.target.closest(".arranges");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !document.getElementById("arrange")) return;
    event.preventDefault();
    arrange(link.closest("tr"), "due");
  });

  // arrange opens the box on a row.
  let on = null;
  function arrange(row, field) {
    on = row;
    const box = document.getElementById("arrange"), form = box.querySelector("form");
    box.querySelector("h2").textContent = row.querySelector(".what bdi").textContent;
    form.elements.due.value = row.dataset.due;
    form.elements.target.value = row.dataset.target;
    const people = row.dataset.people.split(",");
    for (const tick of form.querySelectorAll("[name=people]")) tick.checked = people.includes(tick.value);
    document.getElementById("a-wrong").textContent = "";
    box.returnValue = "";
    box.showModal();
    (field === "due" ? form.elements.due : form.querySelector("[name=people]") ?? form.elements.due).focus();
  }

  document.getElementById("arrange")?.addEventListener("submit", async (event) => {
    if (event.submitter?.value !== "save") return;
    event.preventDefault();
    const box = document.getElementById("arrange"), form = box.querySelector("form");
    const people = [...form.querySelectorAll("[name=people]:checked")].map((t) => t.value).sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1)).join(",");
    const said = await send(on.dataset.id, {
      was_due: on.dataset.due, due: form.elements.due.value, was_target: on.dataset.target, target: form.elements.target.value, was_people: on.dataset.people, people,
    });
    if (said === null) { box.close(); on?.querySelector(".what a").focus(); } else document.getElementById("a-wrong").textContent = said;
  });
  document.getElementById("arrange")?.addEventListener("close", () => on?.querySelector(".what a").focus());

  // send sends what was arranged; it gives what is wrong, or null. What somebody else arranged meanwhile is said, with a way to keep one's own.
  async function send(id, fields) {
    let answer;
    try {
      answer = await fetch(`/newsroom/article/${id}/work`, { method: "POST", headers: { "X-Lede": "1" }, body: new URLSearchParams(fields) });
    } catch {
      return "No connection. Nothing was changed; try again.";
    }
    const said = await answer.json().catch(() => null);
    if (answer.status === 409 && said?.keep) {
      document.getElementById("arrange")?.close();
      strip(said, id);
      await look(true);
      return null;
    }
    if (answer.status === 401) return "You were signed out. Sign in in another window, then save again.";
    if (!answer.ok) return Object.values(said?.fields ?? {}).join(" ") || said?.says || "The server did not take it. Try again.";
    toast(said.says, () => send(id, said.undo));
    await look(true);
    return null;
  }

  function strip(said, id) {
    const div = document.createElement("div"), p = document.createElement("p"), strong = document.createElement("strong"), keep = document.createElement("button");
    div.className = "strip stop";
    div.setAttribute("role", "alert");
    strong.textContent = "Somebody changed this while you looked.";
    p.append(strong, ` ${said.says}`);
    Object.assign(keep, { type: "button", className: "btn", textContent: "Keep mine", onclick: () => { div.remove(); send(id, said.keep); } });
    div.append(p, keep);
    document.querySelector("main .cal").before(div);
    keep.focus();
  }

  // look asks for the list anew. Rows that stay are refreshed where they stand; rows that come, go or stand elsewhere wait behind a
  // line, unless the person just changed something.
  let waits = null, asking = false;
  async function look(now) {
    if (asking) return;
    asking = true;
    const page = await new Promise((done) => {
      const ask = new XMLHttpRequest();
      ask.responseType = "document";
      ask.onload = () => done(ask.status === 200 ? ask.response : null);
      ask.onerror = () => done(null);
      ask.open("GET", location.href);
      ask.send();
    });
    asking = false;
    if (!page?.querySelector("main.today")) return;
    waits = page;
    const order = (p) => [...p.querySelectorAll("#work tr[data-id]")].map((r) => r.dataset.id).join();
    if (now || order(page) === order(document)) { take(page); return; }
    tell(page);
  }

  // tell says what is new, and lets the person have it.
  function tell(page) {
    const had = new Map(rows().map((r) => [r.dataset.id, r]));
    const all = [...page.querySelectorAll("#work tr[data-id]")];
    const came = all.filter((r) => !had.has(r.dataset.id)).length, gone = [...had.keys()].filter((id) => !all.some((r) => r.dataset.id === id)).length;
    const line = document.getElementById("newer"), button = line.querySelector("button");
    button.textContent = [came && `${came} more`, gone && `${gone} gone`, !came && !gone && "The order changed"].filter(Boolean).join(", ") + ". Show the list as it is now";
    button.onclick = () => take(waits);
    line.hidden = false;
    say(all, had);
    calm(page);
  }

  // say tells in words of the latest that somebody moved.
  function say(all, had) {
    const moved = all.find((r) => had.has(r.dataset.id) ? had.get(r.dataset.id).dataset.stage !== r.dataset.stage : true);
    if (!moved) return;
    const verb = !had.has(moved.dataset.id) && moved.dataset.stage === "draft" ? "started" : { draft: "took back", filed: "filed", ready: "read", scheduled: "scheduled" }[moved.dataset.stage];
    const name = moved.querySelector(".what bdi").textContent;
    fresh.textContent = `${moved.dataset.by} ${verb} “${name.length > 24 ? `${name.slice(0, 24).trim()}…` : name}” at ${moved.dataset.saved}`;
  }

  // calm refreshes what does not move: the cells of rows that stand where they stood, the counts, the day.
  function calm(page) {
    const news = new Map([...page.querySelectorAll("#work tr[data-id]")].map((r) => [r.dataset.id, r]));
    for (const row of rows()) {
      const is = news.get(row.dataset.id);
      if (!is || row.contains(document.activeElement)) continue;
      row.className = is.className;
      Object.assign(row.dataset, is.dataset);
      [...row.cells].forEach((cell, i) => { if (!cell.isEqualNode(is.cells[i])) cell.replaceWith(document.adoptNode(is.cells[i].cloneNode(true))); });
    }
    for (const part of [".views", ".cal", ".head h1 small"]) {
      const mine = document.querySelector(`main ${part}`), theirs = page.querySelector(`main ${part}`);
      if (mine && theirs && !mine.contains(document.activeElement) && !mine.isEqualNode(theirs)) mine.replaceChildren(...document.adoptNode(theirs.cloneNode(true)).childNodes);
    }
  }

  // take shows the list as the page has it, and keeps the row the person is at.
  function take(page) {
    const was = document.activeElement?.closest?.("tr[data-id]")?.dataset.id;
    say([...page.querySelectorAll("#work tr[data-id]")], new Map(rows().map((r) => [r.dataset.id, r])));
    calm(page);
    const mine = document.querySelector("#work, main .nothing"), theirs = page.querySelector("#work, main .nothing");
    const order = (t) => [...t.querySelectorAll("tr")].map((r) => r.id || r.textContent.trim()).join();
    if (mine && theirs && order(mine) !== order(theirs)) {
      mine.replaceWith(document.adoptNode(theirs.cloneNode(true)));
      if (was) document.getElementById(`w${was}`)?.querySelector(".what a").focus();
    }
    document.getElementById("newer").hidden = true;
  }
}
