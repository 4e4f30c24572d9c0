// Positions: each gets its frame when the reader comes near, and what was seen of it is said once. Until a frame has told what it shows
// the house card stands, and it stays where no frame comes.
{
  const view = String(crypto.getRandomValues(new BigUint64Array(1))[0] | 1n);
  const spots = [...document.querySelectorAll("[data-panel]")].map((at, n) => ({ at, n, box: at.querySelector(".box") }));
  let said = [];
  let busy;
  let failed = 0;
  let due;

  const send = async (last) => {
    clearTimeout(due);
    if (!said.length || (busy && !last)) return;
    const seen = said;
    const body = new Blob([JSON.stringify({ v: view, seen, w: !!navigator.webdriver })], { type: "application/json" });
    said = [];
    if (last && navigator.sendBeacon("/panel/seen", body)) return;
    busy = true;
    try {
      const answer = await fetch("/panel/seen", { method: "POST", body, keepalive: true });
      if (answer.status >= 500) throw answer;
      failed = 0;
    } catch {
      said = seen.concat(said);
      failed++;
    }
    busy = false;
    if (said.length && failed < 4) due = setTimeout(send, failed && 2 ** failed * 1000);
  };

  const say = (s, m) => {
    said.push({ o: s.token, m, n: s.n });
    clearTimeout(due);
    due = setTimeout(send, 50);
  };

  // watch runs the second in which half of the frame is seen in a tab that is seen.
  const watch = (s) => {
    if (!s.token || !s.half || document.visibilityState != "visible") {
      clearTimeout(s.second);
      s.second = 0;
    } else s.second ||= setTimeout(() => say(s, "viewed"), 1000);
  };

  const halves = new IntersectionObserver(
    (list) => {
      for (const e of list) {
        const s = spots.find((s) => s.box == e.target);
        s.half = e.intersectionRatio >= 0.5;
        if (!s.viewed) watch(s);
      }
    },
    { threshold: 0.5 },
  );

  const load = (s) => {
    s.frame = document.createElement("iframe");
    s.frame.className = "wait";
    s.frame.title = s.at.querySelector("p").textContent;
    s.frame.setAttribute("sandbox", "allow-scripts allow-popups allow-popups-to-escape-sandbox");
    const device = innerWidth < 768 ? "phone" : innerWidth < 1088 ? "tablet" : "desk";
    s.frame.src = s.at.dataset.panel + "?v=" + view + "&d=" + device;
    s.box.append(s.frame);
  };
  const near = new IntersectionObserver(
    (list) => {
      for (const e of list)
        if (e.isIntersecting) {
          near.unobserve(e.target);
          load(spots.find((s) => s.box == e.target));
        }
    },
    { rootMargin: "600px 0px" },
  );

  addEventListener("message", (e) => {
    const s = spots.find((s) => s.frame && s.frame.contentWindow == e.source);
    const token = e.data?.lede;
    if (!s || s.token != null || e.origin != "null" || typeof token != "string") return;
    s.token = token;
    if (!token) return s.frame.remove();
    s.frame.className = "";
    s.box.querySelector(".house").inert = true;
    say(s, "rendered");
    halves.observe(s.box);
  });

  const hides = () => {
    if (document.visibilityState == "hidden") send(true);
    for (const s of spots) if (!s.viewed) watch(s);
  };
  document.addEventListener("visibilitychange", hides);
  addEventListener("pagehide", () => send(true));

  const begin = () => spots.forEach((s) => near.observe(s.box));
  if (document.prerendering) document.addEventListener("prerenderingchange", begin, { once: true });
  else begin();
}
