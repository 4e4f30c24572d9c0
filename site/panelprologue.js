// What stands before an ad's own page: where a click leads it is told in the ways that such pages ask (clickTag, as in the IAB's guide to
// HTML5 in display advertising), and its plain links lead there too. No policy keeps WebRTC from asking other machines, so it goes; a
// page in a sandbox gets no other window to take it from. Nor does any keep a frame from moving the page around it
// to be in sight, or from taking the keyboard while nobody uses it.
{
  for (const name of Object.getOwnPropertyNames(window)) if (/^(webkit)?RTC/.test(name)) delete window[name];
  for (const name of ["scrollIntoView", "scrollIntoViewIfNeeded"]) Object.defineProperty(Element.prototype, name, { value() {} });
  const { apply } = Reflect;
  const used = Object.getOwnPropertyDescriptor(UserActivation.prototype, "isActive").get;
  const user = navigator.userActivation;
  for (const [of, names] of [
    [HTMLElement, ["focus", "showPopover", "togglePopover"]],
    [SVGElement, ["focus"]],
    [MathMLElement, ["focus"]],
    [HTMLDialogElement, ["show", "showModal"]],
    [HTMLFormElement, ["reportValidity", "requestSubmit"]],
    [HTMLInputElement, ["reportValidity", "select"]],
    [HTMLTextAreaElement, ["reportValidity", "select"]],
    [HTMLSelectElement, ["reportValidity"]],
  ])
    for (const name of names) {
      const own = of.prototype[name];
      if (own)
        Object.defineProperty(of.prototype, name, {
          value(...said) {
            if (apply(used, user, [])) return apply(own, this, said);
          },
        });
    }
  Object.defineProperty(window, "focus", { value() {} });
  const go = new URLSearchParams(location.search).get("clickTag");
  if (go) {
    const to = new URL(go, location).href;
    for (const name of ["clickTag", "clickTAG", "clicktag"]) Object.defineProperty(window, name, { get: () => to, set() {} });
    addEventListener(
      "click",
      (e) => {
        const a = e.target.closest?.("a[href]");
        if (!a || !/^https?:$/.test(a.protocol)) return;
        a.href = to;
        a.target = "_blank";
        a.rel = "noopener";
      },
      true,
    );
  }
}
