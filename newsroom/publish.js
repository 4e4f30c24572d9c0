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
  if (cut && root.localName !== "dialog" && !sessionStorage.getItem("cut")) { // what was typed a moment ago belongs into what is looked over
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

// publishSheet opens the panel at path as a sheet over the page; what was typed beneath stays, and is cut into a version first. It
// resolves when the sheet is closed: { done, see } says what was done and where it is seen, { go } names the block or field that the person wants to mend.
async function publishSheet(path) {
  let page = await panelPage(path.replace(/publish$/, "cut"), path, { method: "POST" });
  if (page) page = await panelPage(path, path); // without the words about the cut, which nobody asked for
  if (!page) { location.href = path; return {}; }
  const sheet = document.createElement("dialog");
  sheet.className = "sheetover";
  sheet.setAttribute("aria-labelledby", "pub-h");
  document.body.append(sheet);
  const came = {};
  const fill = (panel) => {
    sheet.replaceChildren(document.adoptNode(panel));
    readyPanel(sheet);
  };
  sheet.addEventListener("click", (event) => {
    const to = event.target.closest("a");
    const at = to && new URL(to.href);
    if (!at || at.pathname !== location.pathname) return;
    event.preventDefault();
    if (at.hash) came.go = decodeURIComponent(at.hash.slice(1));
    sheet.close();
  });
  sheet.addEventListener("submit", async (event) => {
    if (event.defaultPrevented) return;
    event.preventDefault();
    const form = event.target;
    if (form.dataset.sent) return;
    form.dataset.sent = "yes";
    try {
      const sent = await panelPage(form.action, path, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      if (!sent) { form.submit(); return; }
      const done = sent.panel.querySelector(".strip.good strong");
      if (done && sent.at.searchParams.has("done") && form.id === "panel-form") {
        came.done = done.textContent;
        came.see = done.parentElement.querySelector("a")?.href;
        sheet.close();
        return;
      }
      fill(sent.panel);
      (sheet.querySelector("[aria-invalid=true]") ?? sheet.querySelector("#panel-close")).focus();
    } catch {
      delete form.dataset.sent;
      sheet.querySelector("#panel-stops").textContent = "There is no connection. Nothing was done.";
    }
  });
  fill(page.panel);
  sheet.showModal();
  await new Promise((closed) => sheet.addEventListener("close", closed, { once: true }));
  sheet.remove();
  return came;
}

// panelPage asks for the panel that stands at path; null where something else answers: a question who it is, a refusal.
async function panelPage(ask, path, how) {
  const answer = await fetch(ask, how);
  const at = new URL(answer.url);
  if (![200, 409, 422].includes(answer.status) || at.pathname !== path && answer.redirected) return null;
  const page = new DOMParser().parseFromString(trusted.createHTML(await answer.text()), "text/html");
  const panel = page.getElementById("panel");
  return panel && { panel, at };
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
