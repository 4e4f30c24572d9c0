// Bundles the editor into newsroom/built, where go:embed finds it.
import { build } from "esbuild";

await build({
  entryPoints: { editor: "main.js" }, outdir: process.argv[2] ?? "../built", bundle: true, minify: true, format: "esm",
  target: ["chrome120", "firefox120", "safari17"], legalComments: "none", logLevel: "warning", charset: "utf8",
});
