// Signing in with a passkey, on the pages of strangers, in place, and where it is asked for once more.

// passkeysHere tells whether this browser can take part.
function passkeysHere() {
  return Boolean(globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON && navigator.credentials);
}

let passkeyWaiting = null; // the question that waits in the e-mail field, until a button asks another one

// passkeyAnswer asks the device to answer a question of the server. quiet waits until the person picks the passkey in the e-mail field.
async function passkeyAnswer(quiet) {
  passkeyWaiting?.abort();
  const waiting = passkeyWaiting = new AbortController();
  const { status, said } = await ask("POST", "/newsroom/session/passkey/question", {});
  if (status !== 200) throw new Error(said?.says ?? "The server does not answer.");
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(said.options);
  const credential = await navigator.credentials.get({ publicKey, signal: waiting.signal, mediation: quiet ? "conditional" : "optional" });
  return { state: said.state, answer: credential.toJSON() };
}

// passkeyMade has the device make a passkey, as the address asks for it.
async function passkeyMade(path, about) {
  passkeyWaiting?.abort();
  const { status, said } = await ask("POST", path, about);
  if (status !== 200) throw Object.assign(new Error(said?.says ?? "The server does not answer."), { fields: said?.fields });
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(said.options);
  const credential = await navigator.credentials.create({ publicKey });
  return { ...about, state: said.state, answer: credential.toJSON() };
}

// passkeyTrouble says what went wrong in words; nothing when the person only closed the device's own window.
function passkeyTrouble(box, error) {
  if (error.name === "AbortError") return;
  box.hidden = false;
  box.textContent = {
    NotAllowedError: "No passkey was used. Try once more, or sign in another way.",
    InvalidStateError: "This device has a passkey for you already.",
    SecurityError: "Passkeys do not work at this address.",
  }[error.name] ?? error.message;
}

// passkeySignIn signs in and returns who it is.
async function passkeySignIn(quiet, path = "/newsroom/session/passkey") {
  const { status, said } = await ask("POST", path, await passkeyAnswer(quiet));
  if (status !== 200) throw new Error(said?.says ?? "The server does not answer.");
  return said;
}

// The sign-in page.
const passkeyDoor = document.getElementById("with-passkey");
if (passkeyDoor && passkeysHere()) {
  const says = document.getElementById("passkey-says");
  const enter = (quiet) => passkeySignIn(quiet).then(() => { location.href = passkeyDoor.dataset.to; }, (error) => { if (!quiet) passkeyTrouble(says, error); });
  passkeyDoor.hidden = false;
  document.getElementById("passkey").onclick = () => enter(false);
  PublicKeyCredential.isConditionalMediationAvailable?.().then((can) => { if (can) enter(true); });
} else if (document.getElementById("with-password")) {
  document.getElementById("with-password").open = true;
}

// A browser that came from another site left its cookie behind; from here on it brings it along.
const goOn = document.getElementById("go-on");
if (goOn) location.replace(goOn.href);

// Setup and invitation.
const joinForm = document.getElementById("join");
if (joinForm) {
  const zone = document.getElementById("zone");
  if (zone) zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
}
const joinDoor = document.getElementById("join-with-passkey");
if (joinDoor && passkeysHere()) {
  const says = document.getElementById("join-says");
  joinDoor.hidden = false;
  document.getElementById("join-passkey").onclick = async () => {
    says.hidden = true;
    const about = Object.fromEntries(["name", "email", "paper", "zone"].map((name) => [name, joinForm.elements[name]?.value ?? ""]));
    try {
      const made = await passkeyMade(joinForm.getAttribute("action") + "/passkey", about);
      const { status, said } = await ask("POST", joinForm.getAttribute("action"), made);
      if (status !== 200) throw Object.assign(new Error(said?.says ?? "The server does not answer."), { fields: said?.fields });
      location.href = said.to;
    } catch (error) {
      const field = Object.keys(error.fields ?? {}).map((name) => joinForm.elements[name]).find(Boolean);
      if (field) {
        says.hidden = false;
        says.textContent = Object.values(error.fields).join(" ");
        field.setAttribute("aria-invalid", "true");
        field.setAttribute("aria-describedby", "join-says");
        field.oninput = () => field.removeAttribute("aria-invalid");
        field.focus();
      } else passkeyTrouble(says, error);
    }
  };
} else if (document.getElementById("join-with-password")) {
  document.getElementById("join-with-password").open = true;
}

// Asked once more who it is.
const proveForm = document.getElementById("prove");
const proveDoor = document.getElementById("prove-with-passkey");
if (proveDoor && passkeysHere()) {
  proveDoor.hidden = false;
  document.getElementById("prove-passkey").onclick = async () => {
    const says = document.getElementById("prove-says");
    try {
      await passkeySignIn(false, "/newsroom/prove/passkey");
      if (proveForm.dataset.get) { location.href = proveForm.dataset.to; return; }
      for (const name of ["prove-password", "prove-code", "prove-to"]) proveForm.elements[name]?.remove();
      proveForm.action = proveForm.dataset.to;
      proveForm.submit();
    } catch (error) { passkeyTrouble(says, error); }
  };
}

// signInInPlace shows a dialog over the page and resolves with { id, name, initials } once somebody is signed in; the page and all
// that was typed in it stay. Asked twice at once it shows one dialog.
let signingIn = null;
function signInInPlace() {
  signingIn ??= new Promise((resolve) => {
    const dialog = document.createElement("dialog");
    dialog.className = "door";
    dialog.id = "sign-in-place";
    dialog.setAttribute("aria-labelledby", "in-place-title");
    dialog.innerHTML = trusted.createHTML(`<h2 id="in-place-title">You are signed out</h2><p>What you wrote stays here. Sign in and go on.</p>
      <button class="btn go big wide" id="in-place-passkey" type="button"${passkeysHere() ? "" : " hidden"}>Sign in with a passkey</button>
      <form class="stack" id="in-place-form"><p class="wrong" id="in-place-says" role="alert" hidden></p>
      <div class="field"><label for="in-place-email">E-mail</label><input id="in-place-email" type="email" autocomplete="username" required></div>
      <div class="field"><label for="in-place-password">Password</label><input id="in-place-password" type="password" autocomplete="current-password" required></div>
      <div class="field" id="in-place-second" hidden><label for="in-place-code">Code from your app, or a recovery code</label><input id="in-place-code" autocomplete="one-time-code" autocapitalize="none" spellcheck="false"></div>
      <button class="btn wide">Sign in</button></form>`);
    const part = (name) => dialog.querySelector("#in-place-" + name);
    const done = (who) => { signingIn = null; dialog.close(); dialog.remove(); resolve(who); };
    part("passkey").onclick = () => passkeySignIn(false).then(done, (error) => passkeyTrouble(part("says"), error));
    part("form").onsubmit = async (event) => {
      event.preventDefault();
      let status = 0, said = null;
      try {
        ({ status, said } = await ask("POST", "/newsroom/session", { email: part("email").value, password: part("password").value, code: part("code").value }));
      } catch { said = { says: "There is no connection. Try again in a moment." }; }
      if (status === 200) { done(said); return; }
      part("says").hidden = false;
      part("says").textContent = said?.says ?? "The server does not answer.";
      if (said?.needs === "code") { part("second").hidden = false; part("code").value = ""; part("code").focus(); } else part("password").focus();
    };
    dialog.oncancel = (event) => event.preventDefault(); // there is nowhere to go back to
    document.body.append(dialog);
    dialog.showModal();
  });
  return signingIn;
}
globalThis.signInInPlace = signInInPlace; // for the editor, which is a module of its own
