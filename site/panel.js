// The document of a position tells its page what stands in it, once that stands; that nothing does, where a picture did not come.
{
  const tell = () => {
    const picture = document.querySelector("picture img");
    const came = !picture || picture.naturalWidth;
    parent.postMessage({ lede: came ? document.documentElement.dataset.offer : "" }, "*");
  };
  const stands = () => (document.prerendering ? document.addEventListener("prerenderingchange", tell, { once: true }) : tell());
  if (document.readyState == "complete") stands();
  else addEventListener("load", stands);
}
