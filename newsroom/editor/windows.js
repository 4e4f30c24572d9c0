// Which window this is, and which others of this browser are open: each holds a lock in its name as long as it lives.
import { newID } from "./ids.js";

const locks = globalThis.navigator?.locks;
const nameOf = (tab) => `lede-window-${tab}`;

// hold takes the lock of a window for as long as it lives; false where another has it (a duplicated window).
function hold(tab) {
  return new Promise((resolve) => {
    locks.request(nameOf(tab), { ifAvailable: true }, (lock) => {
      resolve(Boolean(lock));
      return lock ? new Promise(() => {}) : undefined;
    }).catch(() => resolve(true));
  });
}

function kept() {
  try {
    return sessionStorage.getItem("lede-tab");
  } catch {
    return null;
  }
}

function keep(tab) {
  try {
    sessionStorage.setItem("lede-tab", tab);
  } catch { /* then a reload is a new window */ }
}

// ours remembers the windows of this browser, so that one that crashed is known from one on another device.
function ours(tab) {
  try {
    const list = (localStorage.getItem("lede-tabs") ?? "").split(" ").filter((t) => t && t !== tab).slice(-50);
    localStorage.setItem("lede-tabs", [...list, tab].join(" "));
    return new Set(list);
  } catch {
    return new Set();
  }
}

// ownTab gives {tab, alive, dead}: the id of this window, the same after a reload; alive(tab) tells whether another of this
// browser's windows was open under that id when this one opened, dead(tab) that one was open once and is not any more.
export async function ownTab() {
  let tab = kept() ?? newID();
  if (locks && !await hold(tab)) {
    tab = newID();
    await hold(tab);
  }
  keep(tab);
  const open = locks ? new Set((await locks.query()).held.map((l) => l.name)) : new Set();
  const before = ours(tab), alive = (other) => other !== tab && open.has(nameOf(other));
  return { tab, alive, dead: (other) => Boolean(locks) && before.has(other) && !open.has(nameOf(other)) };
}
