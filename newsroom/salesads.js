// An ad is seen while it is made: a card as it is typed, pictures as they are chosen.
const form = document.getElementById("adform");
const live = document.getElementById("live");
if (form && live) {
  for (const name of ["headline", "line", "verb"]) {
    const field = form.elements[name];
    const show = () => { for (const el of live.querySelectorAll(`[data-says=${name}]`)) el.textContent = field.value; };
    field?.addEventListener("input", show);
  }
  const shots = live.querySelector(".shots");
  form.elements.files?.addEventListener("change", () => {
    const pictures = [...form.elements.files.files].filter((f) => f.type.startsWith("image/"));
    if (shots) choose(shots, pictures);
    else if (pictures[0]) for (const card of live.querySelectorAll(".nativecard")) lay(card, pictures[0]);
  });
}

// choose shows each picture that was chosen, with its size.
function choose(shots, pictures) {
  shots.replaceChildren(...pictures.slice(0, 12).map((file) => {
    const figure = document.createElement("figure"), img = document.createElement("img"), says = document.createElement("p");
    img.alt = "";
    img.onload = () => { says.textContent = `${file.name}, ${img.naturalWidth} × ${img.naturalHeight}, ${Math.ceil(file.size / 1024)} KB as sent`; };
    img.onerror = () => { says.textContent = `${file.name} cannot be shown here.`; };
    img.src = URL.createObjectURL(file);
    figure.append(img, says);
    return figure;
  }));
  live.hidden = pictures.length === 0;
}

// lay puts a picture into a card.
function lay(card, file) {
  const img = card.querySelector("img") ?? card.insertBefore(document.createElement("img"), card.firstChild);
  img.alt = "";
  img.src = URL.createObjectURL(file);
}

// An address that is to be sent is taken whole.
document.getElementById("sight")?.addEventListener("focus", (e) => e.target.select());
