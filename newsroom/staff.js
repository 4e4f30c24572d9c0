// The staff pages: a link is copied by a button.
const copyLink = document.getElementById("copy-link");
if (copyLink && navigator.clipboard) {
  copyLink.hidden = false;
  copyLink.onclick = async () => {
    await navigator.clipboard.writeText(document.getElementById("link").value);
    toast("The link is copied.");
  };
}
