// The paper under trial: the demo with the seed brought in, served by the built binary on a free port.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const bin = process.env.LEDE_BIN ?? resolve(here, "../bin/lede");
const shared = process.env.LEDE_SHARED ?? resolve(here, "../../shared");

// environment without settings that would reach into the trial.
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("LEDE_")));

// openPaper fills a new folder and serves it, with all its pictures in small formats if they matter. close() stops the server and takes the folder away.
export async function openPaper({ small }) {
  const dir = mkdtempSync(join(tmpdir(), "lede-accept-"));
  const data = join(dir, "data");
  run("demo", "--data", data);
  const seeded = run("import", "page", "--publish", "--data", data, seedFile());
  const seed = seeded.match(/\/\d{4}\/\d{2}\/[a-z0-9-]+/)?.[0];
  if (!seed) throw new Error("the import did not say where the seed's article stands: " + seeded);
  const [addr, watch] = ["127.0.0.1:" + (await freePort()), "127.0.0.1:" + (await freePort())];
  const server = spawn(bin, ["serve", "--data", data, "--addr", addr, "--watch-addr", watch], { env });
  let said = "";
  for (const out of [server.stdout, server.stderr]) out.on("data", (text) => (said += text));
  const url = "http://" + addr;
  const close = async () => {
    server.kill("SIGTERM");
    if (server.exitCode === null) await new Promise((done) => server.once("exit", done));
    rmSync(dir, { recursive: true, force: true });
  };
  for (let tries = 0; ; tries++) {
    if (server.exitCode !== null || tries > 300) {
      await close();
      throw new Error("lede serve does not answer: " + said);
    }
    const ok = await fetch(url + "/").then((r) => r.ok, () => false);
    if (ok) break;
    await new Promise((done) => setTimeout(done, 100));
  }
  if (small) await smaller(url);
  return { url, seed: url + seed, said: () => said, close };
}

// smaller waits until the front's pictures are there in the small formats too, which the server makes while it serves.
async function smaller(url) {
  for (let tries = 0; tries < 600; tries++) {
    const front = await (await fetch(url + "/")).text();
    const all = front.match(/<img[^>]* srcset=/g)?.length ?? 0;
    if ((front.match(/type="image\/avif"/g)?.length ?? 0) >= all) return;
    await new Promise((done) => setTimeout(done, 1000));
  }
  console.log("The front's pictures are not there in small formats after ten minutes: are the encoders installed? (make deps)");
}

function run(...args) {
  return execFileSync(bin, args, { env, encoding: "utf8", maxBuffer: 16 << 20 });
}

function seedFile() {
  const folder = join(shared, "seed");
  const name = readdirSync(folder).find((n) => /^000_.*\.txt$/.test(n));
  if (!name) throw new Error("no seed in " + folder + " (LEDE_SHARED names the folder above it)");
  return join(folder, name);
}

export function freePort() {
  return new Promise((done, failed) => {
    const server = createServer().once("error", failed);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}
