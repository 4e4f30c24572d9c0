// The publish panel: the button says what it does, links are looked at, and it opens as a sheet over the editor.

// readyPanel improves the panel in root, a page or a sheet.
function readyPanel(root) {
  const form = root.querySelector("#panel-form");
  const go = root.querySelector("#panel-go");
  if (!form || !go) return;
  const says = { now: "Publish now", at: "Schedule", embargo: "Set the embargo" };
  form.addEventListener("change", (event) => {
    if (event.target.name === "when") go.textContent = says[event.target.value];
  });
  form.addEventListener("submit", (event) => {
    if (go.getAttribute("aria-disabled") !== "true") return;
    event.preventDefault();
    (root.querySelector("#panel-checks .no a") ?? root.querySelector("#panel-checks")).focus();
  });
  const cut = root.querySelector("#panel-cut");
  if (cut && !sessionStorage.getItem("cut")) { // what was typed a moment ago belongs into what is looked over
    sessionStorage.setItem("cut", "1");
    cut.submit();
    return;
  }
  sessionStorage.removeItem("cut");
  lookAtLinks(root, form);
}

// lookAtLinks asks whether the links answer and shows what came of it.
async function lookAtLinks(root, form) {
  const line = root.querySelector("#panel-links");
  if (!line) return;
  const late = setTimeout(() => { line.textContent = "looking at the links"; }, 400);
  try {
    const { status, said } = await ask("GET", form.action.replace(/\/(publication|amendment)$/, "/links.json"));
    if (status !== 200) return;
    const dead = said.checks.find((c) => c.ID === "links");
    const list = root.querySelector("#panel-checks");
    const now = [...list.children].find((li) => / link/i.test(li.textContent) && /answer|links|looked/.test(li.textContent));
    if (dead && now) list.replaceChild(checkLine(dead), now);
  } catch {
    // no answer came: the link to look at them stays
  } finally {
    clearTimeout(late);
    line.replaceChildren();
  }
}

// checkLine is one line of the checklist, as panel.html draws it.
function checkLine(c) {
  const li = document.createElement("li");
  li.className = { block: "no", warn: "maybe" }[c.Level] ?? "yes";
  const paths = { no: "m5 5 10 10M15 5 5 15", maybe: "M10 3.2 17.6 16.6H2.4zM10 8v4M10 14.3v.2", yes: "m4 10.5 4 4 8-9" };
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", paths[li.className]);
  svg.append(path);
  const says = document.createElement("span");
  says.textContent = c.Says;
  li.append(svg, says);
  if (c.Go) {
    const go = document.createElement("a");
    go.className = "btn";
    go.href = c.Go;
    go.textContent = "Go there";
    li.append(go);
  }
  return li;
}

// publishSheet opens the panel at path as a sheet over the page; what was typed beneath stays. It resolves when the sheet is closed.
async function publishSheet(path) {
  const answer = await fetch(path);
  if (!answer.ok || new URL(answer.url).pathname !== path) { location.href = path; return; }
  const page = new DOMParser().parseFromString(trusted.createHTML(await answer.text()), "text/html");
  const panel = page.getElementById("panel");
  if (!panel) { location.href = path; return; }
  const sheet = document.createElement("dialog");
  sheet.className = "sheetover";
  sheet.setAttribute("aria-labelledby", "pub-h");
  sheet.append(document.adoptNode(panel));
  document.body.append(sheet);
  sheet.querySelector("#panel-close")?.addEventListener("click", (event) => { event.preventDefault(); sheet.close(); });
  sheet.addEventListener("click", (event) => {
    const to = event.target.closest("a[href*='#']");
    if (to && new URL(to.href).pathname === location.pathname) sheet.close();
  });
  sheet.showModal();
  readyPanel(sheet);
  await new Promise((done) => sheet.addEventListener("close", done, { once: true }));
  sheet.remove();
}
globalThis.publishSheet = publishSheet; // the editor's bundle opens it

const panelHere = document.querySelector("main > #panel");
if (panelHere) readyPanel(panelHere);

// Taking passages over from the text into the list of what the law takes out.
const lawTake = document.getElementById("law-take");
if (lawTake) {
  lawTake.hidden = false;
  lawTake.onclick = () => {
    const chosen = getSelection();
    const within = document.getElementById("lawtext");
    const into = document.getElementById("law-passages");
    if (chosen.isCollapsed || !within.contains(chosen.anchorNode)) { toast("Select a passage in the text first."); return; }
    into.value = [into.value.trim(), chosen.toString().trim()].filter(Boolean).join("\n");
    into.focus();
  };
}
