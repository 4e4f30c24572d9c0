// Orders: what a booking will get is told while it is typed, and a click on the month needs no new page. Control and Enter keeps it.

const bookingForm = document.querySelector("form[data-live]");
if (bookingForm) liveBooking(bookingForm);

// liveBooking asks anew for the month and the forecast whenever something is changed, and puts both in their places.
function liveBooking(form) {
  let wait = 0;
  let asked = 0;
  const look = document.getElementById("look");
  if (look) look.hidden = true;

  const ask = async (button) => {
    clearTimeout(wait);
    const number = ++asked;
    const body = new URLSearchParams(new FormData(form));
    body.delete("do");
    if (button) body.set(button.name, button.value);
    try {
      const answer = await fetch(form.action, { method: "POST", body });
      const page = new DOMParser().parseFromString(trusted.createHTML(await answer.text()), "text/html");
      if (number !== asked || !answer.ok || !page.getElementById("month")) return;
      takeOver(page, button ? ["first", "last"] : []);
      if (button) (document.querySelector(`#month button[name=day][value="${button.value}"]`) ?? document.querySelector("#month .turn button:last-child"))?.focus();
    } catch {
      if (look) look.hidden = false; // no answer came: the button asks again
    }
  };

  // takeOver lays the new month and forecast over the old; the fields that are being typed stay, but for those named.
  const takeOver = (page, fields) => {
    for (const part of ["#month .free", "#month .turn", "#month > .plainset > .legend", "#fd", "#cast", "#price-hint"]) {
      const was = document.querySelector(part);
      const is = page.querySelector(part);
      if (was && is) was.replaceWith(document.adoptNode(is));
    }
    for (const name of [...fields, "month"]) {
      const is = page.querySelector(`#booking [name=${name}]`);
      if (is) form.elements[name].value = is.value;
    }
  };

  form.addEventListener("change", (event) => {
    if (event.target.name === "why") return;
    clearTimeout(wait);
    wait = setTimeout(() => ask(null), 150);
  });
  form.addEventListener("submit", (event) => {
    if (!event.submitter || !["day", "turn"].includes(event.submitter.name)) return;
    event.preventDefault();
    ask(event.submitter);
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector("button[name=do][value=save]:not(.vh)"));
  });
  readyMonth(form);
}

// readyMonth makes the month one stop of the tab key: the arrow keys go from day to day.
function readyMonth(form) {
  const days = () => [...form.querySelectorAll(".free button:not(:disabled)")];
  const settle = (at) => { for (const day of days()) day.tabIndex = day === at ? 0 : -1; };
  const first = () => days().find((d) => d.getAttribute("aria-pressed") === "true") ?? days()[0];
  settle(first());
  new MutationObserver(() => { if (!form.querySelector('.free button[tabindex="0"]')) settle(first()); }).observe(form, { childList: true, subtree: true });
  form.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 7, ArrowUp: -7 }[event.key];
    const all = days();
    const at = all.indexOf(event.target);
    if (!step || at < 0) return;
    event.preventDefault();
    const to = all[Math.min(Math.max(at + step, 0), all.length - 1)];
    settle(to);
    to.focus();
  });
}

for (const button of document.querySelectorAll("button.print")) {
  button.hidden = false;
  button.onclick = () => print();
}
