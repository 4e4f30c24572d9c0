// Asking the server, always with an end.
const PATIENCE = 10_000;

// asker makes ask(method, path, body) -> {status, json} below one address; it throws where nobody answered.
export function asker(base) {
  return async (method, path, body, { keepalive = false, patience = PATIENCE } = {}) => {
    const headers = { "X-Lede": "1", Accept: "application/json" };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const answer = await fetch(path.startsWith("/") ? path : `${base}/${path}`, {
      method, headers, body: body === undefined ? undefined : JSON.stringify(body),
      keepalive, redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(patience),
    });
    const isJSON = (answer.headers.get("Content-Type") ?? "").includes("json");
    return { status: answer.status, json: isJSON ? await answer.json().catch(() => null) : null };
  };
}

// upload sends one file with its progress, 0 to 1; it settles with {status, json}, and throws where nobody answered.
export function upload(path, file, onprogress) {
  return new Promise((resolve, reject) => {
    const form = new FormData(), request = new XMLHttpRequest();
    form.append("file", file, file.name || "pasted.png");
    request.open("POST", path);
    request.setRequestHeader("X-Lede", "1");
    request.setRequestHeader("Accept", "application/json");
    request.upload.onprogress = (e) => e.lengthComputable && onprogress(e.loaded / e.total);
    request.onerror = request.ontimeout = () => reject(new Error("no connection"));
    request.onload = () => {
      let json = null;
      try { json = JSON.parse(request.responseText); } catch { /* said by the status */ }
      resolve({ status: request.status, json });
    };
    request.send(form);
  });
}
