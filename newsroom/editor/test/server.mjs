// The writing protocol of one part, as the contract has it: enough to prove the client against.
import { apply } from "../patch.js";
import { canon } from "../journal.js";

export class Server {
  constructor(value) {
    Object.assign(this, { seq: 1, value, last: null, mode: "up", asides: [], versions: [], writes: 0 });
  }

  async ask(method, path, body) {
    if (this.mode === "down") throw new TypeError("Failed to fetch");
    if (this.mode === "starting") return { status: 503, json: null };
    if (this.mode === "signedout") return { status: 401, json: { signIn: true } };
    if (this.mode === "held") return { status: 423, json: { by: { name: "Ana Ruiz" }, since: 1, idle: 0 } };
    const answer = this.do(method, path.split("/")[0], structuredClone(body));
    if (this.mode === "deaf") throw new TypeError("Failed to fetch"); // it came, but the answer was lost
    return answer;
  }

  do(method, what, body) {
    if (what === "aside" && method === "PUT") return this.asides.push(body), { status: 200, json: {} };
    const value = body.value?.content ?? body.value ?? apply(this.value, body);
    const again = this.last && this.last.tab === body.tab && this.last.base === body.base && canon(this.last.value) === canon(value);
    if (again) return { status: 200, json: { seq: this.seq, at: 5 } };
    if (body.base !== this.seq) return { status: 409, json: { seq: this.seq, value: this.value, by: this.by, at: 5 } };
    this.versions.push(this.value);
    this.last = { tab: body.tab, base: body.base, value };
    this.value = value;
    this.writes++;
    return { status: 200, json: { seq: ++this.seq, at: 5 } };
  }

  // somebody else writes
  write(value) {
    this.versions.push(this.value);
    Object.assign(this, { value, seq: this.seq + 1, last: null, by: { name: "Ana Ruiz" } });
  }
}
