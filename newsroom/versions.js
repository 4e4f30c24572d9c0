// Restoring a version: what it replaces is saved first, then the text opens with it.
const restore = document.getElementById("restore");
restore?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { status, said } = await ask("POST", restore.action, { tab: restore.elements.tab.value });
  if (status === 200) { location.href = restore.dataset.back; return; }
  toast(said?.says ?? (status === 423 ? "Somebody is writing: the text is held. Ask for it in the editor, then restore." : "It was not restored. Load the page anew and try again."));
});
