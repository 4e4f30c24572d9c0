// What a page weighs on the way to the reader.
import { request } from "node:http";

// weigh returns {html, gzip} of a page in bytes, as the server sends it.
export async function weigh(url) {
  return { html: await bytes(url, "identity"), gzip: await bytes(url, "gzip") };
}

function bytes(url, encoding) {
  return new Promise((done, failed) => {
    request(url, { headers: { "Accept-Encoding": encoding } }, (res) => {
      const got = res.headers["content-encoding"] ?? "identity";
      if (got !== encoding) failed(new Error(`${url} came as ${got}, not as ${encoding}`));
      let n = 0;
      res.on("data", (part) => (n += part.length)).on("end", () => done(n));
    })
      .on("error", failed)
      .end();
  });
}
