// On a phone the page one is on is in sight among the others.
document.querySelector(".views [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });

// A nameplate chosen as a file is put into its field.
{
  const field = document.querySelector(".plates textarea");
  if (field) {
    const label = document.createElement("label");
    label.className = "field";
    const words = document.createElement("span");
    words.className = "label";
    words.textContent = "Or choose an SVG file";
    const file = document.createElement("input");
    file.type = "file";
    file.accept = ".svg,image/svg+xml";
    file.onchange = async () => { if (file.files[0]) field.value = await file.files[0].text(); };
    label.append(words, file);
    field.closest(".field").after(label);
  }
}

// Colours are judged as they are chosen.
{
  const form = document.getElementById("look");
  const linear = (v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const luminance = (c) => [0.2126, 0.7152, 0.0722].reduce((sum, w, i) => sum + w * linear(parseInt(c.slice(1 + 2 * i, 3 + 2 * i), 16)), 0);
  const contrast = (a, b) => { const [x, y] = [luminance(a), luminance(b)]; return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05); };
  const value = (use, time) => form.elements[`tone-${use}-${time}`].value;

  const judge = (row, time) => {
    const input = row.querySelector("input");
    const use = input.name.split("-")[1];
    row.querySelector("code").textContent = input.value;
    const against = row.dataset.against.split(" ").filter(Boolean);
    const sample = row.querySelector(".swatch");
    sample.querySelector("rect").setAttribute("fill", against.length ? value(against[0], time) : input.value);
    sample.querySelector("text").setAttribute("fill", against.length ? input.value : value("ink", time));
    if (!row.dataset.wants) return;
    const ratio = Math.floor(Math.min(...against.map((name) => contrast(input.value, value(name, time)))) * 10) / 10;
    const passes = ratio >= Number(row.dataset.wants);
    row.classList.toggle("low", !passes);
    const [b, says] = [row.querySelector("p b"), row.querySelector("p span")];
    b.textContent = `${ratio.toFixed(1)} : 1`;
    says.className = passes ? "fine" : "stopped";
    says.textContent = passes ? "enough" : `too faint: it needs ${row.dataset.wants}`;
    if (passes) input.removeAttribute("aria-invalid"); else input.setAttribute("aria-invalid", "true");
    return use;
  };

  if (form) form.addEventListener("input", (event) => {
    if (event.target.type !== "color") return;
    const time = event.target.name.endsWith("-dark") ? "dark" : "light";
    for (const row of event.target.closest(".tones").children) judge(row, time);
    const mock = document.querySelector(`.frontmock[data-dark=${time === "dark"}]`);
    for (const part of mock.querySelectorAll("[data-tone]")) part.setAttribute("fill", value(part.dataset.tone, time));
    for (const part of mock.querySelectorAll("[data-line]")) part.setAttribute("stroke", value(part.dataset.line, time));
  });
}

// A backup in hand tells how far it is.
{
  const work = document.getElementById("backup-work");
  const look = async () => {
    const { said } = await ask("GET", "/newsroom/backups").catch(() => ({ said: null }));
    if (said && !said.running) { location.reload(); return; }
    if (said) work.textContent = said.says;
    setTimeout(look, 1000);
  };
  if (work?.dataset.running) setTimeout(look, 1000);
}
