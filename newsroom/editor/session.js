// Signing in again without leaving the page.
import { button, dialog, h } from "./dom.js";

const bytes = (s) => Uint8Array.from(atob(s.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (b) => btoa(String.fromCharCode(...new Uint8Array(b))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

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
      h("div", { class: "bar" }, h("button", { class: "btn go" }, "Sign in"), globalThis.PublicKeyCredential && button("Use a passkey", () => this.passkey())));
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

  async send(body) {
    try {
      const { status, json } = await this.ask("POST", "/newsroom/session", body);
      if (status === 200 || status === 201 || status === 204) return this.close();
      if (json?.code || json?.needCode) this.form.querySelector("[name=code]").focus();
      this.wrong(json?.wrong?.password ?? json?.says ?? json?.error ?? "This did not let you in. Look at both once more.");
    } catch {
      this.wrong("No connection. What you wrote is kept; try again when it is back.");
    }
  }

  wrong(says) { this.said.textContent = says; }

  close() {
    this.box?.close();
    this.done();
  }

  // passkey asks the server for a challenge and answers it with a key of this device.
  async passkey() {
    try {
      const { json } = await this.ask("POST", "/newsroom/session/passkey", {});
      const options = json?.publicKey ?? json?.options?.publicKey ?? json?.options;
      if (!options) return this.wrong("Passkeys are not to be had here. Use your password.");
      options.challenge = bytes(options.challenge);
      for (const c of options.allowCredentials ?? []) c.id = bytes(c.id);
      const found = await navigator.credentials.get({ publicKey: options });
      const r = found.response;
      await this.send({
        challenge: json.id ?? json.session,
        passkey: {
          id: found.id, rawId: text(found.rawId), type: found.type, clientExtensionResults: found.getClientExtensionResults(),
          response: { authenticatorData: text(r.authenticatorData), clientDataJSON: text(r.clientDataJSON), signature: text(r.signature), userHandle: r.userHandle && text(r.userHandle) },
        },
      });
    } catch (err) {
      this.wrong(err.name === "NotAllowedError" ? "No passkey was used." : "The passkey did not work. Use your password.");
    }
  }
}
