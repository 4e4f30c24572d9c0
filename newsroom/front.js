// The front's form: what its buttons have the server do is done here at once, and shown in the preview.
{
  const form = document.getElementById("front-form");
  if (form && document.querySelector("[form=front-form]")) front(form); // who may only read has nothing to do here
}

function front(form) {
  const list = document.getElementById("picks");
  const none = document.getElementById("picks-none");
  const said = document.getElementById("picks-said");
  const seen = document.getElementById("front-preview");
  const most = 7;
  let drawing = 0, changed = false, asked = 0;

  const title = (row) => row.querySelector(".title").textContent;
  const rows = () => [...list.children];

  // renumber gives every row its place, and has the preview drawn anew a moment later.
  function renumber(says) {
    rows().forEach((row, i) => {
      row.querySelector(".place").textContent = i === 0 ? "Lead" : `Card ${i + 1}`;
      for (const b of row.querySelectorAll(".moves button")) b.value = b.value.replace(/:.*/, `:${i}`);
    });
    none.hidden = rows().length > 0;
    if (says) said.textContent = says;
    for (const b of form.querySelectorAll(".offers [value^='add:']")) mark(b);
    changed = true;
    clearTimeout(drawing);
    drawing = setTimeout(draw, 400);
  }

  function mark(button) {
    const full = rows().length >= most;
    const picked = rows().some((row) => `add:${row.dataset.id}` === button.value);
    button.setAttribute("aria-disabled", picked || full ? "true" : "false");
    button.textContent = picked ? "Picked" : full ? "Seven are picked" : "Pick";
  }

  function draw() {
    const q = new URLSearchParams({ lang: form.dataset.lang });
    for (const row of rows()) {
      q.append("article", row.dataset.id);
      q.append("headline", row.querySelector("[name=headline]").value);
    }
    seen.src = `/newsroom/front/preview?${q}`;
  }

  function move(row, by) {
    const at = rows().indexOf(row), to = at + by;
    if (to < 0 || to >= rows().length) return;
    if (by < 0) row.after(rows()[to]); else row.before(rows()[to]);
    renumber(`${title(row)} is now ${to === 0 ? "the lead" : `card ${to + 1}`}`);
  }

  function take(row) {
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    renumber(`${title(row)} is off the front`);
    (next?.querySelector(".moves button:last-child") ?? document.getElementById("front-q")).focus();
  }

  function add(button) {
    if (button.getAttribute("aria-disabled") === "true") return;
    const from = button.closest("li");
    const row = document.getElementById("pick-blank").content.firstElementChild.cloneNode(true);
    row.dataset.id = row.querySelector("[name=article]").value = from.dataset.id;
    const link = row.querySelector(".title a");
    link.textContent = from.querySelector(".title").textContent;
    link.href = `/newsroom/article/${from.dataset.id}`;
    for (const b of row.querySelectorAll(".moves button")) b.setAttribute("aria-label", b.getAttribute("aria-label") + link.textContent);
    list.append(row);
    hold(row);
    renumber(`${link.textContent} is picked`);
  }

  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    const [what] = (button?.value ?? "search").split(":");
    if (what === "save") { changed = false; return; }
    event.preventDefault();
    const row = button?.closest(".choice");
    if (what === "up") { move(row, -1); button.focus(); }
    if (what === "down") { move(row, 1); button.focus(); }
    if (what === "remove") take(row);
    if (what === "add") add(button);
    if (what === "search") search();
  });

  async function search() {
    const mine = ++asked;
    const q = document.getElementById("front-q").value;
    const { status, said: found } = await ask("GET", `/newsroom/front/find.json?${new URLSearchParams({ lang: form.dataset.lang, q })}`);
    if (status !== 200 || mine !== asked) return;
    document.getElementById("found").replaceChildren(...found.map(line));
    if (found.length === 0) document.getElementById("found").append("No article says that.");
  }

  function line(a) {
    const li = document.createElement("li");
    li.dataset.id = a.id;
    const what = document.createElement("div"), name = document.createElement("span"), small = document.createElement("small");
    name.className = "title";
    name.textContent = a.title;
    small.className = "dim";
    small.textContent = [a.section, a.when].filter(Boolean).join(", ");
    what.append(name, " ", small);
    const button = document.createElement("button");
    button.className = "btn";
    button.name = "do";
    button.value = `add:${a.id}`;
    button.setAttribute("aria-label", `Pick: ${a.title}`);
    mark(button);
    li.append(what, button);
    return li;
  }

  // hold lets a row be dragged to another place.
  function hold(row) {
    row.draggable = true;
    row.addEventListener("dragstart", (event) => {
      if (event.target !== row) return;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", row.dataset.id);
      row.classList.add("lifted");
    });
    row.addEventListener("dragend", () => row.classList.remove("lifted"));
    row.addEventListener("dragover", (event) => { event.preventDefault(); row.classList.add("over"); });
    row.addEventListener("dragleave", () => row.classList.remove("over"));
    row.addEventListener("drop", (event) => {
      event.preventDefault();
      row.classList.remove("over");
      const moved = list.querySelector(".lifted");
      if (!moved || moved === row) return;
      if (rows().indexOf(moved) < rows().indexOf(row)) row.after(moved); else row.before(moved);
      renumber(`${title(moved)} is now card ${rows().indexOf(moved) + 1}`);
    });
    for (const field of row.querySelectorAll("input")) { // text in a field is chosen by dragging too
      field.addEventListener("focus", () => { row.draggable = false; });
      field.addEventListener("blur", () => { row.draggable = true; });
    }
  }

  rows().forEach(hold);
  let typed = 0;
  form.addEventListener("input", (event) => {
    if (event.target.name === "q") { clearTimeout(typed); typed = setTimeout(search, 250); return; }
    renumber();
  });
  addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
}

// The preview: another moment or look is shown of the page that stands in the frame, not of the one it began with.
{
  const frame = document.getElementById("preview-frame");
  const form = document.getElementById("preview-form");
  const here = () => {
    const at = frame.contentWindow?.location;
    const path = at && at.pathname.match(/\/preview\/[^/]+(\/.*)$/)?.[1];
    return path ? path + at.search : null;
  };
  if (frame && form) {
    for (const one of [form, document.getElementById("preview-minute")]) one?.addEventListener("submit", () => {
      const path = here(), field = one.elements.path, look = one.elements.look;
      if (path && field) field.value = path;
      if (one !== form && look) look.value = form.elements.look.value;
    });
    for (const radio of form.querySelectorAll("[name=look]")) radio.addEventListener("change", () => {
      const path = here();
      if (!path) return;
      const segment = frame.contentWindow.location.pathname.match(/^(.*\/preview\/)([^/]+)/);
      const parts = segment[2].split("~").filter((p) => p !== "light" && p !== "dark");
      if (radio.value) parts.splice(1, 0, radio.value);
      frame.src = segment[1] + parts.join("~") + path;
    });
  }
}
