// Suggestions while a search is typed: the newest articles, sections and people so called. Without it the form is a form.
const form = document.querySelector("form[data-suggest]");
const field = form.elements.q;
const list = document.createElement("ul");
list.id = "suggested";
list.className = "suggested";
list.role = "listbox";
list.ariaLabel = field.labels[0].textContent;
list.hidden = true;
field.after(list);
field.role = "combobox";
field.ariaAutoComplete = "list";
field.setAttribute("aria-controls", list.id);
field.ariaExpanded = "false";

let chosen = -1;
let asked = "";
let timer;

const shut = () => {
  list.hidden = true;
  field.ariaExpanded = "false";
  field.removeAttribute("aria-activedescendant");
  chosen = -1;
};

const choose = (n) => {
  const all = [...list.children];
  chosen = (n + all.length + 1) % (all.length + 1);
  all.forEach((li, i) => (li.ariaSelected = String(i == chosen)));
  if (chosen == all.length) chosen = -1;
  if (chosen < 0) field.removeAttribute("aria-activedescendant");
  else field.setAttribute("aria-activedescendant", all[chosen].id);
};

const show = ([, texts, kinds, hrefs]) => {
  list.replaceChildren(
    ...texts.map((text, i) => {
      const li = document.createElement("li");
      li.id = "suggested-" + i;
      li.role = "option";
      li.ariaSelected = "false";
      li.dir = "auto";
      li.dataset.href = hrefs[i];
      li.textContent = text;
      if (kinds[i]) li.append(Object.assign(document.createElement("small"), { textContent: kinds[i] }));
      return li;
    }),
  );
  chosen = -1;
  list.hidden = !texts.length;
  field.ariaExpanded = String(!list.hidden);
};

const ask = async () => {
  const typed = field.value.trim();
  if (typed == asked) return;
  asked = typed;
  if (typed.length < 2) return shut();
  try {
    const answer = await fetch(form.dataset.suggest + "?q=" + encodeURIComponent(typed));
    if (answer.ok && typed == asked && document.activeElement == field) show(await answer.json());
  } catch {
    shut();
  }
};

const go = (li) => {
  const to = new URL(li.dataset.href, location);
  location.assign(to.pathname + to.search);
};

field.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(ask, 120);
});
field.addEventListener("keydown", (e) => {
  if (e.key == "Escape" && !list.hidden) {
    e.preventDefault();
    shut();
  } else if ((e.key == "ArrowDown" || e.key == "ArrowUp") && !list.hidden) {
    e.preventDefault();
    choose(e.key == "ArrowDown" ? chosen + 1 : chosen < 0 ? list.children.length - 1 : chosen - 1);
  } else if (e.key == "Enter" && chosen >= 0) {
    e.preventDefault();
    go(list.children[chosen]);
  }
});
field.addEventListener("blur", () => setTimeout(shut, 150));
list.addEventListener("mousedown", (e) => {
  const li = e.target.closest("li");
  if (li) {
    e.preventDefault();
    go(li);
  }
});
