// The library: files come in by button, by paste and by letting them go over the page; pictures are looked at without leaving it.
if (document.querySelector("main.pictures")) {
  const tiles = document.getElementById("tiles");
  const add = document.getElementById("pictures-add");
  const apply = document.getElementById("pictures-apply");

  // Filters hold as soon as they are chosen.
  apply.hidden = true;
  document.getElementById("pictures-filter").addEventListener("change", (event) => event.currentTarget.requestSubmit());

  // The arrows go through the grid, which is one stop of the tab key.
  const all = () => [...document.querySelectorAll("#tiles a")];
  function rove() {
    const links = all();
    const here = links.find((a) => a.ariaCurrent) ?? links[0];
    for (const a of links) a.tabIndex = a === here ? 0 : -1;
  }
  function across(links) {
    const top = links[0].offsetTop;
    const next = links.findIndex((a) => a.offsetTop > top);
    return next < 0 ? links.length : next;
  }
  tiles?.addEventListener("keydown", (event) => {
    const links = all();
    const at = links.indexOf(event.target.closest("a"));
    const rtl = getComputedStyle(tiles).direction === "rtl" ? -1 : 1;
    const step = { ArrowRight: rtl, ArrowLeft: -rtl, ArrowDown: across(links), ArrowUp: -across(links), Home: -at, End: links.length - 1 - at }[event.key];
    const to = links[at + step];
    if (at < 0 || step === undefined || !to) return;
    event.preventDefault();
    for (const a of links) a.tabIndex = a === to ? 0 : -1;
    to.focus();
  });
  rove();

  // A tile's picture that is still being made is asked for again.
  document.addEventListener("error", (event) => {
    const img = event.target;
    if (img.tagName !== "IMG" || (img.again ?? 0) >= 5) return;
    img.again = (img.again ?? 0) + 1;
    const src = img.src;
    setTimeout(() => { img.src = ""; img.src = src; }, 800 * img.again);
  }, true);

  // page fetches a page of the newsroom and gives its document, or null when the person must sign in.
  async function page(address) {
    const answer = await fetch(address);
    if (!answer.ok || answer.redirected) return null;
    return new DOMParser().parseFromString(trusted.createHTML(await answer.text()), "text/html");
  }

  // look shows a picture beside the grid.
  async function look(address, push) {
    const doc = await page(address).catch(() => null);
    const one = doc?.getElementById("one");
    if (!doc || (address.pathname !== "/newsroom/pictures" && !one)) { location.href = address; return; }
    document.getElementById("one")?.remove();
    if (one) document.querySelector(".lib").append(document.adoptNode(one));
    document.title = doc.title;
    if (push) history.pushState({}, "", address);
    for (const a of all()) {
      if (one && a.dataset.id === one.dataset.id) a.setAttribute("aria-current", "true");
      else a.removeAttribute("aria-current");
    }
    rove();
    aim();
    if (one) document.getElementById("one-h").focus({ preventScroll: matchMedia("(width >= 62rem)").matches });
  }
  const plain = (event) => event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("#tiles a, #one-close, #older");
    if (!link || !plain(event) || changed()) return;
    event.preventDefault();
    if (link.id === "older") older(link);
    else if (link.id === "one-close") close(link);
    else look(new URL(link.href), true);
  });
  addEventListener("popstate", () => look(new URL(location.href), false));

  async function close(link) {
    const id = document.getElementById("one")?.dataset.id;
    await look(new URL(link.href), true);
    document.querySelector(`#tiles a[data-id="${id}"]`)?.focus();
  }
  document.addEventListener("keydown", (event) => {
    const link = document.getElementById("one-close");
    if (event.key === "Escape" && link && !event.defaultPrevented && !document.querySelector("dialog[open]")) link.click();
  });

  async function older(link) {
    const doc = await page(link.href).catch(() => null);
    const more = [...(doc?.querySelectorAll("#tiles > li") ?? [])];
    if (!more.length) { location.href = link.href; return; }
    tiles.append(...more.map((li) => document.adoptNode(li)));
    const next = doc.getElementById("older");
    if (next) link.href = next.getAttribute("href");
    else link.closest("p").remove();
    rove();
    more[0].querySelector("a").focus();
  }

  // changed tells whether something was typed that is not saved; leaving then asks, as browsers do.
  function changed() {
    const form = document.getElementById("one-form");
    return !!form && [...form.elements].some((el) => "defaultValue" in el && el.type !== "hidden" && el.value !== el.defaultValue);
  }
  addEventListener("beforeunload", (event) => { if (changed() && !saving) event.preventDefault(); });
  let saving = false;
  document.addEventListener("submit", () => { saving = true; });

  // aim makes the focal point of the picture that is looked at a thing to take hold of.
  function aim() {
    const one = document.getElementById("one");
    const box = one?.querySelector(".focal");
    if (location.search.includes("saved=1") && one?.querySelector("#one-said")) {
      one.querySelector("#one-said").textContent = "saved";
      history.replaceState({}, "", location.href.replace(/[?&]saved=1/, ""));
    }
    const x = one?.querySelector("#one-x"), y = one?.querySelector("#one-y");
    if (!box || x.readOnly) return;
    box.classList.add("live");
    one.querySelector("#xy").hidden = x.ariaInvalid !== "true" && y.ariaInvalid !== "true";
    one.querySelector("#crops").hidden = false;
    const point = document.createElement("button");
    point.type = "button";
    point.className = "point";
    box.append(point);
    const within = (n) => Math.min(100, Math.max(0, Math.round(n)));
    function put(left, top) {
      x.value = within(left);
      y.value = within(top);
      point.style.left = `${x.value}%`;
      point.style.top = `${y.value}%`;
      point.ariaLabel = `Focal point, ${x.value} % from the left, ${y.value} % from the top. Move with the arrow keys.`;
      for (const dot of box.querySelectorAll("circle")) { dot.setAttribute("cx", `${x.value}%`); dot.setAttribute("cy", `${y.value}%`); }
      for (const img of one.querySelectorAll(".crops img")) img.style.objectPosition = `${x.value}% ${y.value}%`;
    }
    function follow(event) {
      const rect = box.getBoundingClientRect();
      put((event.clientX - rect.left) / rect.width * 100, (event.clientY - rect.top) / rect.height * 100);
    }
    box.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      box.setPointerCapture(event.pointerId);
      follow(event);
      point.focus();
      event.preventDefault();
    });
    box.addEventListener("pointermove", (event) => { if (box.hasPointerCapture(event.pointerId)) follow(event); });
    point.addEventListener("keydown", (event) => {
      const by = event.shiftKey ? 10 : 1;
      const move = { ArrowLeft: [-by, 0], ArrowRight: [by, 0], ArrowUp: [0, -by], ArrowDown: [0, by] }[event.key];
      if (!move) return;
      event.preventDefault();
      put(Number(x.value) + move[0], Number(y.value) + move[1]);
    });
    put(Number(x.value), Number(y.value));
  }
  aim();

  if (add) pictureUploads(add);
}

// pictureUploads takes files in: three at a time, each with its progress, its way out and its way back.
function pictureUploads(form) {
  const tray = document.getElementById("tray");
  const list = document.getElementById("ups");
  const title = document.getElementById("tray-h");
  const said = document.getElementById("tray-said");
  const credit = document.getElementById("tray-credit");
  const input = form.querySelector("input[type=file]");
  const files = []; // { file, key, line, state: "waits" | "goes" | "in" | "not", id, request }

  function line(f) {
    f.line = document.createElement("li");
    list.append(f.line);
    show(f, "waits", document.createElement("span"));
  }
  function named(f) {
    const name = document.createElement(f.id ? "a" : "span");
    if (f.id) name.href = `/newsroom/pictures/${f.id}`;
    name.className = "fn";
    name.textContent = f.file.name;
    return name;
  }
  function words(text, kind) {
    const span = document.createElement("span");
    span.className = kind;
    span.textContent = text;
    return span;
  }
  function sign(path) {
    const ns = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(ns, "svg");
    svg.setAttribute("class", "icon");
    svg.setAttribute("viewBox", "0 0 20 20");
    svg.setAttribute("aria-hidden", "true");
    svg.append(document.createElementNS(ns, "path"));
    svg.firstChild.setAttribute("d", path);
    return svg;
  }
  function button(text, label, act) {
    const b = document.createElement("button");
    b.type = "button";
    b.className = "btn soft";
    b.textContent = text;
    b.ariaLabel = label;
    b.onclick = act;
    return b;
  }
  function show(f, state, ...parts) {
    f.state = state;
    f.line.className = state === "not" ? "bad" : "";
    const mark = { in: "m4 10.5 4 4 8-9", not: "m5 5 10 10M15 5 5 15" }[state];
    f.line.replaceChildren(...(mark ? [sign(mark)] : []), named(f), ...parts);
    count();
  }
  function count() {
    const done = files.filter((f) => f.state === "in").length;
    const ended = files.every((f) => f.state === "in" || f.state === "not");
    title.textContent = `${done} of ${files.length} in`;
    if (ended && said.textContent !== title.textContent) said.textContent = title.textContent;
    credit.hidden = false;
  }

  function take(fresh) {
    if (!fresh.length) return;
    tray.hidden = false;
    for (const file of fresh) {
      const f = { file, key: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}` };
      files.push(f);
      line(f);
    }
    next();
  }
  function next() {
    while (files.filter((f) => f.state === "goes").length < 3) {
      const f = files.find((f) => f.state === "waits");
      if (!f) break;
      send(f);
    }
  }
  function send(f) {
    const bar = document.createElement("progress");
    bar.max = 100;
    bar.value = 0;
    bar.ariaLabel = f.file.name;
    const percent = words("0 %", "dim");
    const cancel = button("Cancel", `Cancel ${f.file.name}`, () => f.request.abort());
    const r = f.request = new XMLHttpRequest();
    const q = new URLSearchParams({ name: f.file.name, key: f.key, credit: credit.querySelector("input").value });
    r.open("POST", `/newsroom/pictures?${q}`);
    r.setRequestHeader("X-Lede", "1");
    r.setRequestHeader("Content-Type", f.file.type || "application/octet-stream");
    r.upload.onprogress = (event) => {
      const n = Math.floor(event.loaded / event.total * 100);
      bar.value = n;
      percent.textContent = n < 100 ? `${n} %` : "is being looked at";
    };
    r.onload = () => { answered(f, r); next(); };
    r.onerror = () => { failed(f, "No connection.", "Nothing was lost: try again when it is back."); next(); };
    r.onabort = () => { failed(f, "Cancelled."); next(); };
    show(f, "goes", bar, percent, cancel);
    r.send(f.file);
  }
  function answered(f, r) {
    let told = null;
    try { told = JSON.parse(r.responseText); } catch { /* said below */ }
    if (r.status === 401) { failed(f, "You were signed out.", "Sign in in another window, then try again."); return; }
    const one = Array.isArray(told) ? told[0] : null;
    if (!one?.id) { refused(f, one?.error ?? told?.says ?? `The server did not take it (${r.status}).`, r.status >= 500); return; }
    f.id = one.id;
    f.old = !!one.says;
    show(f, "in", words(one.says ?? "in", "dim"));
    tile(one);
  }
  function failed(f, strong, rest = "") {
    const text = document.createElement("span");
    const b = document.createElement("b");
    b.className = "stopped";
    b.textContent = strong;
    text.append(b, ` ${rest}`);
    show(f, "not", text, button("Try again", `Try again: ${f.file.name}`, () => { show(f, "waits"); next(); }));
  }
  function refused(f, says, again) {
    const [, strong, rest] = /^(.*?\.)(?:\s+(.*))?$/s.exec(says) ?? [null, says, ""];
    if (again) { failed(f, strong, rest ?? ""); return; }
    const text = document.createElement("span");
    const b = document.createElement("b");
    b.className = "stopped";
    b.textContent = strong;
    text.append(b, ` ${rest ?? ""}`);
    show(f, "not", text);
  }
  // tile puts what came in at the head of the grid; where there is no grid yet, the page is loaded once all are in.
  function tile(one) {
    const grid = document.getElementById("tiles");
    if (!grid) {
      if (files.every((f) => f.state === "in")) location.reload();
      return;
    }
    if (grid.querySelector(`a[data-id="${one.id}"]`) || location.search) return;
    const li = document.createElement("li");
    const a = document.createElement("a");
    a.href = `/newsroom/pictures/${one.id}`;
    a.dataset.id = one.id;
    a.tabIndex = -1;
    const img = new Image(600, 400);
    img.alt = "";
    img.src = `/newsroom/picture/${one.id}/320`;
    const b = document.createElement("b");
    b.dir = "auto";
    b.textContent = one.caption || one.alt || one.name;
    const small = document.createElement("small");
    small.textContent = [one.credit, "not used"].filter(Boolean).join(" · ");
    a.append(one.kind === "picture" ? img : words(one.kind === "audio" ? "Sound" : "Film", "plain"), b, small);
    li.append(a);
    grid.prepend(li);
  }

  // One credit for all of the batch: those still to come bring it along, those that are in get it now, and those that were there
  // before keep theirs.
  credit.querySelector("input").addEventListener("change", async (event) => {
    const ids = files.filter((f) => f.id && !f.old).map((f) => f.id);
    if (!ids.length) return;
    const answer = await ask("POST", "/newsroom/pictures/credit", { ids, credit: event.target.value }).catch(() => null);
    if (answer?.status !== 200) { toast(answer?.said?.says ?? "No connection: the credit is not saved."); return; }
    toast(answer.said.credit ? `${ids.length} credited to ${answer.said.credit}.` : `${ids.length} without a credit.`);
    for (const id of ids) {
      const small = document.querySelector(`#tiles a[data-id="${id}"] small`);
      if (small) small.textContent = [answer.said.credit, small.textContent.split(" · ").at(-1)].filter(Boolean).join(" · ");
    }
  });

  input.addEventListener("change", () => { take([...input.files]); input.value = ""; });
  document.addEventListener("paste", (event) => {
    if (!event.clipboardData.files.length) return;
    event.preventDefault();
    take([...event.clipboardData.files]);
  });
  const dropping = document.getElementById("dropping");
  const carries = (event) => event.dataTransfer?.types.includes("Files");
  let over = 0;
  document.addEventListener("dragenter", (event) => { if (carries(event)) { over++; dropping.hidden = false; } });
  document.addEventListener("dragleave", (event) => { if (carries(event) && --over <= 0) { over = 0; dropping.hidden = true; } });
  document.addEventListener("dragover", (event) => { if (carries(event)) event.preventDefault(); });
  document.addEventListener("drop", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    over = 0;
    dropping.hidden = true;
    take([...event.dataTransfer.files]);
  });
  addEventListener("beforeunload", (event) => { if (files.some((f) => f.state === "goes" || f.state === "waits")) event.preventDefault(); });
  keys.push({ key: "u", says: "add pictures", do: () => input.click() });
}
