// The account: adding a passkey, printing codes.

const addPasskey = document.getElementById("add-passkey");
if (addPasskey && passkeysHere()) {
  addPasskey.hidden = false;
  addPasskey.onsubmit = async (event) => {
    event.preventDefault();
    const says = document.getElementById("add-passkey-says");
    says.hidden = true;
    try {
      const made = await passkeyMade("/newsroom/account/passkeys/question", { name: document.getElementById("passkey-name").value });
      const { status, said } = await ask("POST", "/newsroom/account/passkeys", made);
      if (status !== 200) throw new Error(said?.says ?? "The server does not answer.");
      if (said.codes) showCodes(said.codes); else location.href = "/newsroom/account";
    } catch (error) {
      if (error.message.startsWith("Say once more")) { await signInInPlace(); addPasskey.requestSubmit(); return; }
      passkeyTrouble(says, error);
    }
  };
}

// showCodes puts recovery codes, which come this once, before everything else.
function showCodes(codes) {
  const dialog = document.createElement("dialog");
  dialog.className = "door codesbox";
  dialog.id = "codes-box";
  dialog.setAttribute("aria-labelledby", "codes-title");
  dialog.innerHTML = trusted.createHTML(`<h2 id="codes-title">Your passkey is set. Keep these codes</h2>
    <p>Print these or write them down. Each serves once in place of a lost passkey, with your password or a link by mail. They are not shown again.</p>
    <ol class="codes" id="codes"></ol><div class="bar"><button class="btn go" type="button" id="codes-print">Print</button><button class="btn" type="button" id="codes-kept">I have them</button></div>`);
  for (const code of codes) {
    const line = document.createElement("li");
    line.textContent = code;
    dialog.querySelector("ol").append(line);
  }
  dialog.querySelector("#codes-print").onclick = () => print();
  dialog.querySelector("#codes-kept").onclick = () => { location.href = "/newsroom/account"; };
  dialog.oncancel = (event) => event.preventDefault();
  document.body.append(dialog);
  dialog.showModal();
}

const printCodes = document.getElementById("print-codes");
if (printCodes) {
  printCodes.hidden = false;
  printCodes.onclick = () => print();
}
