// Positions: each gets its frame when the reader comes near, and what was seen of it is said once. Until a frame has told what it shows
// the house card stands, and it stays where no frame comes.
{
  const view = String(crypto.getRandomValues(new BigUint64Array(1))[0] | 1n);
  const spots = [...document.querySelectorAll("[data-panel]")].map((at) => ({ at, n: +at.dataset.panel.split("/").pop(), box: at.querySelector(".box") }));
  const of = (e) => spots.find((s) => s.box == e.target);
  let said = [];
  let failed = 0;
  let busy, due;

  const send = async (last) => {
    clearTimeout(due);
    if (!said.length || (busy && !last)) return;
    const seen = said;
    const body = new Blob([JSON.stringify({ v: view, seen, w: navigator.webdriver })], { type: "application/json" });
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
    if (s.half && document.visibilityState == "visible") {
      s.second ||= setTimeout(() => {
        halves.unobserve(s.box);
        s.half = 0;
        say(s, "viewed");
      }, 1000);
    } else {
      clearTimeout(s.second);
      s.second = 0;
    }
  };

  const halves = new IntersectionObserver(
    (list) => {
      for (const e of list) {
        const s = of(e);
        s.half = e.intersectionRatio >= 0.5;
        watch(s);
      }
    },
    { threshold: 0.5 },
  );

  const load = (s) => {
    s.frame = document.createElement("iframe");
    s.frame.className = "wait";
    s.frame.setAttribute("aria-labelledby", s.at.querySelector("p").id);
    s.frame.sandbox = "allow-scripts allow-popups allow-popups-to-escape-sandbox";
    const device = innerWidth < 768 ? "phone" : innerWidth < 1088 ? "tablet" : "desk";
    s.frame.src = s.at.dataset.panel + "?v=" + view + "&d=" + device;
    s.box.append(s.frame);
  };
  const near = new IntersectionObserver(
    (list) => {
      for (const e of list)
        if (e.isIntersecting) {
          near.unobserve(e.target);
          load(of(e));
        }
    },
    { rootMargin: "600px" },
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

  document.addEventListener("visibilitychange", () => {
    spots.forEach(watch);
    if (document.visibilityState == "hidden") send(true);
  });
  addEventListener("pagehide", () => send(true));

  const begin = () => spots.forEach((s) => near.observe(s.box));
  if (document.prerendering) document.addEventListener("prerenderingchange", begin, { once: true });
  else begin();
}
