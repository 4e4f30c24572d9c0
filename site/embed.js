// Embeds are cards of our own until a reader asks for the other site's frame.
const high = /(^|\.)(twitter|x|bsky)\.|mastodon/;
const kept = "allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-forms allow-presentation";

function load(figure) {
  const frame = document.createElement("iframe");
  const address = new URL(figure.dataset.frame);
  frame.src = address.href;
  frame.title = figure.querySelector("b")?.textContent || address.hostname;
  frame.setAttribute("sandbox", kept);
  frame.allow = "fullscreen; encrypted-media; picture-in-picture";
  frame.referrerPolicy = "strict-origin-when-cross-origin";
  if (high.test(address.hostname)) frame.className = "high";
  figure.replaceChildren(frame, ...figure.querySelectorAll("figcaption"));
  frame.tabIndex = 0;
  frame.focus();
}

for (const figure of document.querySelectorAll("figure[data-frame^='https://']")) {
  const button = figure.querySelector("button");
  if (!button) continue;
  button.hidden = false;
  button.addEventListener("click", () => load(figure));
}
