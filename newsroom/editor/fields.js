// Fields of the parts beside the text: each is bound to its place in a part, and follows what comes from the server.
import { button, h, icon } from "./dom.js";

const at = (value, path) => path.split(".").reduce((v, k) => v?.[k], value);

// put gives a copy of the value with something else at the path.
export function put(value, path, to) {
  const [key, ...rest] = path.split(".");
  return { ...value, [key]: rest.length ? put(value?.[key] ?? {}, rest.join("."), to) : to };
}

// Fields keeps all bound fields of a window.
export class Fields {
  // change(part, value) is called with what was typed; parts gives the parts by name.
  constructor(parts, change) {
    Object.assign(this, { parts, change, bound: [] });
  }

  get(part, path) { return at(this.parts[part].current, path); }
  set(part, path, to) { this.change(part, put(this.parts[part].current, path, to)); }

  // bind ties an input to its place. show(value) draws it where an input alone does not.
  bind(el, part, path, { read, show } = {}) {
    const b = { el, part, path, show: show ?? ((v) => { if (el.type === "checkbox") el.checked = Boolean(v); else if (el.value !== String(v ?? "")) el.value = v ?? ""; }) };
    this.bound.push(b);
    b.show(this.get(part, path));
    const take = () => this.set(part, path, read ? read(el) : el.type === "checkbox" ? el.checked : el.value);
    if (el.matches?.("input, textarea, select")) el.addEventListener(el.type === "checkbox" || el.tagName === "SELECT" ? "change" : "input", take);
    return el;
  }

  // refresh shows what stands in a part now; the field that is typed in is left alone unless force.
  refresh(part, force = false) {
    for (const b of this.bound) if (b.part === part && (force || document.activeElement !== b.el)) b.show(this.get(part, b.path));
  }

  // lock makes the fields of a part readable only.
  lock(part, on) {
    for (const b of this.bound.filter((x) => x.part === part)) {
      for (const el of [b.el, ...b.el.querySelectorAll("input, textarea, select, button")]) {
        if (!("disabled" in el)) continue;
        if (el.matches("input:not([type=checkbox]), textarea")) el.readOnly = on;
        else el.disabled = on;
      }
    }
  }

  // text is a labelled field; most is the length beyond which a place cuts it, said below with where.
  text(part, path, label, { most = 0, where = "it is cut", hint = "", rows = 0, empty = "", type = "text", dir = "auto" } = {}) {
    const id = `f-${part}-${path.replace(".", "-")}`;
    const el = h(rows ? "textarea" : "input", { id, rows: rows || null, type: rows ? null : type, placeholder: empty, dir, "aria-describedby": most || hint ? `${id}-hint` : null });
    const said = h("p", { class: "hint", id: `${id}-hint` }, hint);
    this.bind(el, part, path);
    if (most) this.count(el, said, most, where);
    return h("div", { class: "field" }, h("label", { for: id }, label), el, most || hint ? said : null);
  }

  // count says how long the text of a field is.
  count(el, said, most, where) {
    const show = () => {
      const n = [...el.value].length;
      said.textContent = n === 0 ? `up to ${most} characters` : n > most ? `${n} of ${most} characters: ${where}` : `${n} of ${most} characters`;
      said.classList.toggle("warned", n > most);
    };
    el.addEventListener("input", show);
    this.bound.push({ el: said, part: "", path: "", show });
    this.counts ??= [];
    this.counts.push(show);
    show();
  }

  recount() { this.counts?.forEach((show) => show()); }

  tick(part, path, label, small) {
    const el = h("input", { type: "checkbox" });
    this.bind(el, part, path);
    return h("label", { class: "tick" }, el, h("span", {}, label, small && h("small", {}, small)));
  }

  choice(part, path, label, options, read) {
    const id = `f-${part}-${path}`, el = h("select", { id }, options.map(([v, says]) => h("option", { value: v }, says)));
    this.bind(el, part, path, { read });
    return h("div", { class: "field" }, h("label", { for: id }, label), el);
  }

  // order is a list whose things stand in an order: carried by mouse, by the buttons, by Alt and the arrows.
  // draw(item) gives what stands for one.
  order(part, path, label, draw) {
    const ul = h("ul", { class: "order", "aria-label": label });
    const save = (list) => { this.set(part, path, list); show(list); };
    const carry = (list, from, to) => {
      if (to < 0 || to >= list.length) return;
      const next = list.toSpliced(from, 1);
      next.splice(to, 0, list[from]);
      save(next);
      ul.children[to]?.querySelector("[data-carry]")?.focus();
    };
    const show = (list) => {
      list ??= [];
      ul.replaceChildren(...list.map((item, i) => row(list, item, i)));
      ul.hidden = list.length === 0;
    };
    const row = (list, item, i) => {
      const name = h("span", { class: "what" });
      const li = h("li", { draggable: "true" }, name,
        h("button", { type: "button", class: "small btn soft", "data-carry": true, "aria-label": "Up", onclick: () => carry(list, i, i - 1), disabled: i === 0 && list.length < 2 }, icon("up")),
        h("button", { type: "button", class: "small btn soft", "aria-label": "Down", onclick: () => carry(list, i, i + 1), disabled: i === list.length - 1 && list.length < 2 }, icon("down")),
        h("button", { type: "button", class: "small btn soft", "aria-label": "Take away", onclick: () => save(list.toSpliced(i, 1)) }, icon("no")));
      name.append(draw(item, (next) => { list = list.with(i, next); this.set(part, path, list); }));
      li.addEventListener("keydown", (e) => {
        if (!e.altKey || !["ArrowUp", "ArrowDown"].includes(e.key)) return;
        e.preventDefault();
        carry(list, i, e.key === "ArrowUp" ? i - 1 : i + 1);
      });
      li.addEventListener("dragstart", (e) => { if (/INPUT/.test(document.activeElement?.tagName) && li.contains(document.activeElement)) e.preventDefault(); else e.dataTransfer.setData("text/x-lede-order", `${path} ${i}`); });
      li.addEventListener("dragover", (e) => e.preventDefault());
      li.addEventListener("drop", (e) => {
        const [from, n] = e.dataTransfer.getData("text/x-lede-order").split(" ");
        if (from !== path) return;
        e.preventDefault();
        carry(list, Number(n), i);
      });
      return li;
    };
    this.bind(ul, part, path, { show });
    return ul;
  }
}

export { button };
