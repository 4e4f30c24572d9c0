// What a node may say of itself, checked against the table: pasted text and text from elsewhere pass here.
import table from "./schema.json" with { type: "json" };

// goodLink tells whether an address may stand in a text: http, https, mailto, or from the root of this site (as internal/doc's goodURL).
export function goodLink(s) {
  if (!s || s.length > 4096 || /[\s"<>\\^`{|}\u0000-\u001f\u007f-\u009f]/.test(s)) return false;
  if (s.startsWith("/")) return !s.startsWith("//");
  if (/^mailto:[^/]/i.test(s)) return s.includes("@");
  if (!/^https?:\/\//i.test(s)) return false;
  try {
    const u = new URL(s);
    return u.hostname !== "" && u.username === "" && u.password === "";
  } catch {
    return false;
  }
}

const oneLine = (v) => String(v).replace(/[\s\u0000-\u001f\u007f-\u009f]+/g, " ").trim().slice(0, table.lineMax);

const fits = {
  flag: (v) => v === true,
  line: (v) => oneLine(v) !== "",
  link: goodLink,
  media: (v) => typeof v === "string" && /^[1-9]\d{0,18}$/.test(v),
  name: (v) => typeof v === "string" && /^[A-Za-z0-9+#._-]{1,64}$/.test(v),
  number: (v, a) => Number.isInteger(v) && v >= (a.min ?? 0) && v <= (a.max ?? Infinity),
  source: (v) => typeof v === "string" && new TextEncoder().encode(v).length <= 65536,
  word: (v, a) => a.among.includes(v),
};

// cleanAttrs reads attributes from JSON text and keeps those that the table allows; false where one that is needed is missing.
export function cleanAttrs(name, text) {
  let raw = {};
  try {
    raw = JSON.parse(text || "{}") ?? {};
  } catch {
    return false;
  }
  const out = {};
  for (const a of table.nodes[name].attrs ?? []) {
    const v = raw[a.name];
    const ok = v !== undefined && v !== null && fits[a.is](v, a);
    if (ok) out[a.name] = a.is === "line" ? oneLine(v) : v;
    else if (a.need) return false;
  }
  return out;
}
