// Evaluated in every document before its own scripts, by the tests alone.
window.finders = (() => {
  const shown = (el) => el.checkVisibility({ visibilityProperty: true }) && el.getClientRects().length > 0 && !el.closest("[inert]");
  const name = (el) => {
    const label = el.getAttribute("aria-label");
    return (label ?? el.innerText ?? "").replace(/\s+/g, " ").trim();
  };
  const all = (selector) => [...document.querySelectorAll(selector)].filter(shown);
  return {
    sees: (text) => document.body.innerText.replace(/\s+/g, " ").includes(text),
    control: (text) => {
      const controls = all("button, a[href], label.tab, [role=option]");
      return controls.find((el) => name(el) === text) ?? controls.find((el) => name(el).startsWith(text));
    },
    field: (text) => {
      const label = all("label").find((l) => l.innerText.trim() === text);
      return label && document.getElementById(label.htmlFor);
    },
  };
})();
