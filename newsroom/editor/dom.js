// Making elements. Texts are texts: nothing here makes HTML of a string.
const drawn = {
  yes: "m4 10.5 4 4 8-9",
  clock: "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM10 6v4.2l2.8 1.8",
  off: "M3 3l14 14M5 9.5a8 8 0 0 1 3-1.8M2.5 7a11 11 0 0 1 3-2M10 7.4a8 8 0 0 1 5 2.1M8.5 4.2A11 11 0 0 1 17.5 7M7.6 12.4a4 4 0 0 1 2.6-.9M10 15.5v.2",
  key: "M7 9a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM9.6 10l6-6M13 6.5l2 2M11.3 8.2l1.4 1.4",
  warn: "M10 3.2 17.6 16.6H2.4zM10 8v4M10 14.3v.2",
  no: "M5 5l10 10M15 5 5 15",
  both: "M4 7h11l-3-3M16 13H5l3 3",
  up: "M10 16V4M5 9l5-5 5 5",
  down: "M10 4v12M5 11l5 5 5-5",
  picture: "M3 4h14v12H3zM3 13l4-4 3.5 3.5L13 10l4 4",
  note: "M4 3.5h12v9L12.5 16H4zM12.3 16v-3.7H16",
  link: "M8 12l4-4M9 5.5l1.5-1.5a3.5 3.5 0 0 1 5 5L14 10.500M11 14.500 9.500 16a3.500 3.500 0 0 1-5-5L6 9.500",
  more: "M10 4v12M4 10h12",
  list: "M7 5h10M7 10h10M7 15h10M3 5h.5M3 10h.5M3 15h.5",
};

// icon draws one of ours.
export function icon(name) {
  const ns = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(ns, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(ns, "path");
  path.setAttribute("d", drawn[name]);
  svg.append(path);
  return svg;
}

// h makes an element: h("button", { type: "button", class: "btn", onclick: fn }, "Words", child). What is null or false is left out.
export function h(tag, attrs, ...children) {
  const el = document.createElement(tag);
  for (const [k, v] of Object.entries(attrs ?? {})) {
    if (v === null || v === undefined || v === false) continue;
    if (k.startsWith("on")) el.addEventListener(k.slice(2), v);
    else if (k === "value") el.value = v;
    else el.setAttribute(k, v === true ? "" : v);
  }
  el.append(...children.flat().filter((c) => c !== null && c !== undefined && c !== false));
  return el;
}

export const $ = (id) => document.getElementById(id);

// button is a quiet one; kind adds to its class.
export const button = (says, onclick, kind = "") => h("button", { type: "button", class: `btn ${kind}`.trim(), onclick }, says);

// tell speaks to people who listen rather than look, once.
export function tell(says) {
  const box = $("spoken");
  box.textContent = "";
  requestAnimationFrame(() => { box.textContent = says; });
}

// who is somebody, as two letters.
export function who(person, now = false, name = false) {
  const letters = person.initials || person.name?.split(/\s+/).map((w) => w[0]).slice(0, 2).join("").toUpperCase() || "?";
  return h("span", { class: now ? "who now" : "who" }, h("i", { "aria-hidden": "true" }, letters), name ? person.name : h("span", { class: "vh" }, person.name));
}

// idle runs work when nobody types: previews and checks.
export function idle(work, wait = 300) {
  let timer = 0;
  const later = globalThis.requestIdleCallback ?? ((fn) => setTimeout(fn, 50));
  return () => {
    clearTimeout(timer);
    timer = setTimeout(() => later(work, { timeout: 1500 }), wait);
  };
}

let zone = "UTC";
export function setZone(z) { zone = z || "UTC"; }

// time is a time of day in the paper's zone; the server's times are RFC 3339 or milliseconds.
export function time(at, seconds = false) {
  const d = new Date(at);
  if (Number.isNaN(d.getTime())) return "";
  const parts = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone };
  return new Intl.DateTimeFormat("en-GB", seconds ? { ...parts, second: "2-digit" } : parts).format(d);
}

// dialog opens a small window over the page, and gives the focus back when it closes.
export function dialog(title, body, { onclose, wide } = {}) {
  const back = document.activeElement;
  const box = h("dialog", { class: wide ? "ask wide" : "ask", "aria-labelledby": "ask-title" },
    h("div", { class: "bar far" }, h("h2", { id: "ask-title" }, title), button("Close", () => box.close(), "soft")), body);
  box.addEventListener("close", () => {
    box.remove();
    onclose?.();
    if (back?.isConnected) back.focus({ preventScroll: true });
  });
  document.body.append(box);
  box.showModal();
  return box;
}
