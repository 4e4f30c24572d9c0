// Comments in place: what has pages of its own without a script is done here in the page that stands.
{
  const unsent = {/* by language */};
  const find = (id) => document.getElementById(id);
  const form = () => find("reply")?.querySelector("form");
  const clean = find("reply")?.cloneNode(true);
  const spot = document.createComment("");
  find("reply")?.before(spot);
  const article = form() && new URL(form().action).searchParams.get("article");
  const draft = "lede-draft-" + article;
  let shelf = {};
  try {
    shelf = localStorage;
  } catch {}

  const ask = (method, to, body) =>
    new Promise((done, failed) => {
      const x = new XMLHttpRequest();
      x.open(method, to);
      x.responseType = "document";
      x.setRequestHeader("X-Lede", 1);
      x.onload = () => done(x);
      x.onerror = failed;
      x.send(body);
    });

  const put = (old, fresh) => {
    old.replaceWith(fresh);
    fresh.querySelector("[autofocus]")?.focus();
  };

  // place shows writers what others do not see: in its comment, below the one it replies to, or above the form.
  const place = (own) => {
    const said = find("comment-" + own.id.slice(4));
    const old = find(own.id);
    const deeds = own.querySelector(".deeds");
    if (said && own.dataset.shown && deeds) own.replaceChildren(deeds);
    if (said && !own.dataset.shown) for (const e of said.querySelectorAll(":scope>:is(p,.words)")) e.remove();
    if (old) put(old, own);
    else if (said) said.querySelector(".do").after(own);
    else if (find(own.dataset.to)) find(own.dataset.to).append(own);
    else find("reply").before(own);
  };

  const mine = async () => {
    const x = await ask("GET", "/comment/mine?article=" + article);
    x.response?.querySelectorAll(".own").forEach(place);
  };

  const fill = (said) => {
    for (const [name, value] of said) {
      const e = form()?.elements[name];
      if (e?.type == "checkbox") e.checked = 1;
      else if (e) e.value ||= value;
    }
  };

  const move = (after, parent) => {
    const to = new URL(form().action);
    if (parent) to.searchParams.set("parent", parent);
    else to.searchParams.delete("parent");
    form().action = to;
    after.after(find("reply"));
  };

  // thread shows the thread as it is now; a new comment may need a moment to stand in it.
  const thread = async (path, mark) => {
    for (let n = 0; n < 5; n++) {
      const { response } = await ask("GET", path);
      if (response?.getElementById(mark)) {
        find("comments")?.remove();
        spot.before(response.getElementById("comments"));
        break;
      }
      await new Promise((done) => setTimeout(done, 300));
    }
    location.hash = mark;
  };

  const posted = async (box, to, said) => {
    const [path, mark] = to.split("#");
    if (article) delete shelf[draft];
    shelf["lede-wrote"] = 1;
    if (mark && path != location.pathname) return location.assign(to);
    if (box.id == "reply") {
      box.remove();
      spot.after(clean.cloneNode(true));
      said.delete("text");
      fill(said);
    } else if (!mark) return place((await ask("GET", to)).response.querySelector(".own"));
    if (mark) await thread(path, mark);
    await mine();
    find("own-" + path.split("/")[2])?.focus();
  };

  const say = (f) => {
    const p = f.querySelector(".unsent") ?? f.appendChild(document.createElement("p"));
    p.className = "bad unsent";
    p.role = "alert";
    p.textContent = unsent[document.documentElement.lang.slice(0, 2)] ?? unsent.en;
  };

  addEventListener("submit", async (e) => {
    const f = e.target;
    const box = f.closest("#reply,.own");
    if (!box) return;
    e.preventDefault();
    if (f.busy) return;
    f.busy = true;
    f.key ??= crypto.getRandomValues(new Uint32Array(4)).join("-");
    const said = new URLSearchParams(new FormData(f));
    said.set("key", f.key);
    try {
      const x = await ask("POST", f.action, said);
      const fresh = x.response?.querySelector("#" + box.id);
      if (x.status == 201) await posted(box, x.getResponseHeader("Location"), said);
      else if (fresh) put(box, fresh);
      else say(f);
    } catch {
      say(f);
    }
    f.busy = false;
  });

  addEventListener("click", async (e) => {
    const a = e.target.closest?.("a");
    const [, id, what] = a?.pathname.match(/^\/comment\/(\d+)(?:\/(\w+))?$/) ?? [];
    if (!id || e.ctrlKey || e.metaKey || e.shiftKey) return;
    if (what == "reply" && form() && find("comment-" + id)) {
      e.preventDefault();
      const there = a.parentNode.nextSibling == find("reply");
      move(there ? spot : a.parentNode, !there && id);
      form().elements.text.focus();
    } else if (what != "appeal" && a.closest(".own")) {
      e.preventDefault();
      place((await ask("GET", a.href)).response.querySelector(".own"));
    }
  });

  addEventListener("input", () => {
    if (form()) shelf[draft] = JSON.stringify([...new FormData(form())]);
  });

  if (article) {
    fill(JSON.parse(shelf[draft] ?? "[]"));
    if (shelf["lede-wrote"]) mine();
  }
}
