// What every page of the newsroom can do. All scripts of the pages are joined behind this one into a single module: they share its
// names, and each improves an element that works without it.

// trusted makes HTML of what our own server rendered; nothing else may.
const trusted = globalThis.trustedTypes
  ? trustedTypes.createPolicy("lede", { createHTML: (html) => html })
  : { createHTML: (html) => html };

// ask sends a request to the newsroom and returns { status, said }: said is what the answer's JSON says, or null. It throws only
// when no answer came.
async function ask(method, path, body) {
  const headers = { "X-Lede": "1", Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const answer = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  const json = (answer.headers.get("Content-Type") ?? "").startsWith("application/json");
  return { status: answer.status, said: json ? await answer.json() : null };
}

// toast says what was done, with a way back where there is one: undo is called when the person takes it.
function toast(says, undo) {
  const box = document.getElementById("toasts");
  const line = document.createElement("div");
  line.className = "toast";
  const p = document.createElement("p");
  p.textContent = says;
  line.append(p);
  if (undo) {
    const back = document.createElement("button");
    back.type = "button";
    back.textContent = "Undo";
    back.onclick = () => { line.remove(); undo(); };
    line.append(back);
  }
  box.replaceChildren(line);
  setTimeout(() => line.remove(), 10_000);
}

// typing tells whether a key belongs to a text that is being written.
function typing(event) {
  const at = event.target;
  return event.ctrlKey || event.metaKey || event.altKey || event.isComposing ||
    at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName);
}

// keys are the single keys of this screen: { key, says, do }. Pages add theirs; "?" lists them.
const keys = [];
let going = 0; // when G was pressed, for the two-key ways to a place

const ways = { t: "/newsroom/", r: "/newsroom/articles", a: "/newsroom/sales", p: "/newsroom/pictures", f: "/newsroom/front", c: "/newsroom/comments", l: "/newsroom/calendar" };

keys.push({ key: "/", says: "search", do: () => document.querySelector("input[type=search]")?.focus() });
keys.push({ key: "n", says: "new article", do: () => (document.getElementById("new-article") ?? document.querySelector(".rail .write button"))?.click() });
keys.push({ key: "g", says: "then T, R, P, F, C, L or A: Today, Articles, Pictures, Front, Comments, Calendar, Ads", do: () => { going = Date.now(); } });
keys.push({ key: "?", says: "these keys", do: listKeys });

// keysOff tells whether the person switched single keys off, on this device.
function keysOff() { return localStorage.getItem("keys") === "off"; }

document.addEventListener("keydown", (event) => {
  if (typing(event) || keysOff() || document.querySelector("dialog[open]")) return;
  const key = event.key.toLowerCase();
  if (Date.now() - going < 1500 && ways[key]) { location.href = ways[key]; return; }
  const found = keys.findLast((k) => k.key === key);
  if (!found) return;
  event.preventDefault();
  found.do(event);
});

function listKeys() {
  const dialog = document.createElement("dialog");
  dialog.className = "keylist";
  const title = document.createElement("h2");
  title.textContent = "Keys of this screen";
  const list = document.createElement("dl");
  for (const k of keys) {
    const dt = document.createElement("dt");
    const cap = document.createElement("kbd");
    cap.textContent = k.key.length === 1 ? k.key.toUpperCase() : k.key;
    dt.append(cap);
    const dd = document.createElement("dd");
    dd.textContent = k.says;
    list.append(dt, dd);
  }
  const off = document.createElement("label");
  off.className = "tick";
  const tick = document.createElement("input");
  tick.type = "checkbox";
  tick.checked = !keysOff();
  tick.onchange = () => localStorage.setItem("keys", tick.checked ? "on" : "off");
  off.append(tick, "Single keys work on this device");
  const close = document.createElement("button");
  close.className = "btn";
  close.textContent = "Close";
  close.onclick = () => dialog.close();
  dialog.append(title, list, off, close);
  dialog.onclose = () => dialog.remove();
  document.body.append(dialog);
  dialog.showModal();
}

// The field that is wrong, if one is, has the focus.
document.querySelector("[aria-invalid=true]")?.focus();
