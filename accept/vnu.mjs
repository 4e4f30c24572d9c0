// The Nu HTML checker over the pages as they are served.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

const jar = createRequire(import.meta.url).resolve("vnu-jar/build/dist/vnu.jar");

// checkHTML returns the errors of each page, by its address.
export async function checkHTML(urls) {
  const dir = mkdtempSync(join(tmpdir(), "lede-vnu-"));
  const of = new Map();
  for (const [i, url] of urls.entries()) {
    const file = join(dir, `page-${i}.html`);
    writeFileSync(file, await (await fetch(url)).text());
    of.set(file, url);
  }
  const { stdout, stderr, error } = spawnSync("java", ["-jar", jar, "--format", "json", "--stdout", "--exit-zero-always", ...of.keys()], {
    encoding: "utf8",
    maxBuffer: 64 << 20,
  });
  rmSync(dir, { recursive: true, force: true });
  if (error) throw error;
  let messages;
  try {
    ({ messages } = JSON.parse(stdout));
  } catch {
    throw new Error("the HTML checker said no JSON: " + stdout.slice(0, 500) + stderr.slice(0, 500));
  }
  const errors = new Map(urls.map((url) => [url, []]));
  for (const m of messages) {
    if (m.type === "info") continue; // advice and warnings
    const url = of.get((m.url ?? "").replace(/^file:(\/\/)?/, ""));
    if (!url) throw new Error("the HTML checker: " + m.message);
    errors.get(url).push(`line ${m.lastLine}: ${m.message}`);
  }
  return errors;
}
