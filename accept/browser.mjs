// Debian's Chromium, started without anything that would change what is measured.
import { execFileSync } from "node:child_process";
import { launch } from "puppeteer-core";

export const chromium = process.env.CHROMIUM ?? execFileSync("sh", ["-c", "command -v chromium"], { encoding: "utf8" }).trim();

// Chromium's sandbox refuses to be root's; the other two only keep it from calling home in the middle of a run.
export const flags = [
  ...(process.getuid() === 0 ? ["--no-sandbox"] : []),
  "--disable-component-update",
  "--disable-background-networking",
];

export const openBrowser = () => launch({ executablePath: chromium, headless: true, args: flags });
