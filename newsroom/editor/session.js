// Signing in again without leaving the page.
import { button, dialog, h } from "./dom.js";

const passkeys = () => Boolean(globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON && navigator.credentials);

// SignIn opens once at a time; done is called when the session stands again.
export class SignIn {
  constructor(ask, person, done) {
    Object.assign(this, { ask, person, done, box: null });
  }

  open() {
    if (this.box) return;
    const field = (name, label, attrs) => h("p", { class: "field" }, h("label", { for: `in-${name}` }, label), h("input", { id: `in-${name}`, name, ...attrs }));
    this.said = h("p", { class: "wrong", role: "alert", id: "in-said" });
    this.form = h("form", { class: "stack" },
      h("p", { class: "dim" }, "You were signed out. What you wrote is kept here and goes to the server when you are back in."),
      field("email", "E-mail", { type: "email", autocomplete: "username", value: this.person.email ?? "", required: true }),
      field("password", "Password", { type: "password", autocomplete: "current-password", required: true }),
      field("code", "Code from your app, if you use one", { inputmode: "numeric", autocomplete: "one-time-code" }),
      this.said,
      h("div", { class: "bar" }, h("button", { class: "btn go" }, "Sign in"), passkeys() && button("Use a passkey", () => this.passkey())));
    this.form.addEventListener("submit", (e) => {
      e.preventDefault();
      this.password();
    });
    this.box = dialog("Sign in again", this.form, { onclose: () => { this.box = null; } });
    this.form.querySelector(this.person.email ? "[name=password]" : "[name=email]").focus();
  }

  async password() {
    const { email, password, code } = Object.fromEntries(new FormData(this.form));
    await this.send({ email, password, code });
  }

  async send(body, path = "/newsroom/session") {
    try {
      const { status, json } = await this.ask("POST", path, body);
      if (status === 200) return this.entered(json);
      if (json?.needs === "code") this.form.querySelector("[name=code]").focus();
      this.wrong(json?.says ?? "This did not let you in. Look at both once more.");
    } catch {
      this.wrong("No connection. What you wrote is kept; try again when it is back.");
    }
  }

  // entered goes on; if somebody else signed in, the page is theirs from now on, and what is unsent waits in the journal for its writer.
  entered(said) {
    if (said?.id && String(said.id) !== String(this.person.id)) return location.reload();
    this.close();
  }

  wrong(says) { this.said.textContent = says; }

  // back closes the window where the session stands again by itself: signed in elsewhere.
  back() {
    if (this.box && !this.form.contains(document.activeElement)) this.close();
  }

  close() {
    this.box?.close();
    this.done();
  }

  // passkey has the device answer a question of the server.
  async passkey() {
    try {
      const { status, json } = await this.ask("POST", "/newsroom/session/passkey/question", {});
      if (status !== 200) return this.wrong(json?.says ?? "Passkeys are not to be had here. Use your password.");
      const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(json.options);
      const credential = await navigator.credentials.get({ publicKey });
      await this.send({ state: json.state, answer: credential.toJSON() }, "/newsroom/session/passkey");
    } catch (err) {
      this.wrong(err.name === "NotAllowedError" ? "No passkey was used." : "The passkey did not work. Use your password.");
    }
  }
}
