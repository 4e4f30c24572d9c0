// Where the text is, in words. The worst of the parts speaks.
import { $, h, icon, tell, time } from "./dom.js";

const order = ["gone", "signin", "both", "refused", "offline", "starting", "held", "going", "saved"];

// worst is the state that matters most.
export const worst = (states) => order.find((s) => states.includes(s)) ?? "saved";

// says tells a state in words. about: {at, waiting (words not on the server), keeps (the journal works), since, why, phone}.
export function says(state, about) {
  const here = about.phone ? "phone" : "computer";
  const count = about.waiting > 0 ? `${about.waiting} ${about.waiting === 1 ? "word is" : "words are"}` : "What you wrote is";
  const kept = about.keeps ? `${count} on this ${here} and ${about.waiting === 1 || about.waiting <= 0 ? "goes" : "go"} to the server by itself.` : "Leave this window open.";
  switch (state) {
    case "saved": return about.keeps ? `saved on the server ${about.at}` : `This browser keeps nothing (private window). Saved on the server only, ${about.at}.`;
    case "going": return about.keeps ? `on this ${here} ${about.at}, going to the server` : "going to the server; this browser keeps nothing (private window)";
    case "offline": return `No connection since ${about.since}. Keep writing: ${kept}`;
    case "starting": return about.keeps ? "the server is starting again; keep writing" : "the server is starting again; leave this window open";
    case "signin": return "You were signed out. Keep writing; nothing is lost.";
    case "held": return `kept on this ${here}; it goes to the server when you hold the text`;
    case "both": return "You and somebody else both wrote. Both are kept.";
    case "gone": return `This article is not there any more. What you wrote is on this ${here}.`;
    default: return `The server did not take it: ${about.why || "it did not say why."} It is kept on this ${here}.`;
  }
}

const icons = { saved: "yes", going: "clock", offline: "off", starting: "clock", signin: "key", held: "clock", both: "both", refused: "warn", gone: "warn" };
const calm = ["saved", "going", "held"];

// Status shows it in the bar. It is spoken when the kind changes, but for the coming and going of every save.
export class Status {
  constructor(signIn) {
    Object.assign(this, { box: $("saved"), kind: "", text: "", signIn });
  }

  show(state, about) {
    const text = says(state, about), kind = `${calm.includes(state) ? "calm" : state}${about.keeps ? "" : " private"}`;
    if (text === this.text) return;
    this.text = text;
    this.box.className = calm.includes(state) && about.keeps ? "saved" : "saved off";
    this.box.replaceChildren(icon(icons[state]), this.line(state, text));
    if (this.kind && kind !== this.kind) tell(text);
    this.kind = kind;
  }

  line(state, text) {
    const short = text.match(/^saved (on the server )(.*)$/);
    if (short) return h("span", {}, "saved ", h("span", { class: "roomy" }, short[1]), h("time", {}, short[2]));
    const line = h("span", {}, text);
    if (state === "signin") line.append(" ", h("button", { type: "button", class: "inline", onclick: this.signIn }, "Sign in here"));
    return line;
  }
}

export const clock = (at) => time(at, true);
