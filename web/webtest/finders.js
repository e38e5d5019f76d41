// Evaluated in every document before its own scripts, by the tests alone.
window.finders = (() => {
  const shown = (el) => el.checkVisibility({ visibilityProperty: true }) && el.getClientRects().length > 0 && !el.closest("[inert]");
  // What a screen reader says: decoration is left out.
  const spoken = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return node.data;
    if (node.nodeType !== Node.ELEMENT_NODE || node.getAttribute("aria-hidden") === "true") return "";
    return [...node.childNodes].map(spoken).join(" ");
  };
  const name = (el) => (el.getAttribute("aria-label") ?? spoken(el)).replace(/\s+/g, " ").trim();
  let shift = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) shift += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  const all = (selector) => [...document.querySelectorAll(selector)].filter(shown);
  return {
    // What is announced to screen readers alone is not seen.
    sees: (text) => [...document.body.children].filter((el) => el.id !== "live" && el.checkVisibility()).map((el) => el.innerText).join(" ").replace(/\s+/g, " ").includes(text),
    control: (text) => {
      const controls = all("button, a[href], label.tab, [role=option]");
      return controls.find((el) => name(el) === text) ?? controls.find((el) => name(el).startsWith(text));
    },
    // How much has jumped since the page was loaded (web.dev's Cumulative Layout Shift; below 0.1 is good).
    shift: () => shift,
    focused: () => {
      const el = document.activeElement;
      const label = el.labels?.[0];
      return label ? (el.getAttribute("aria-label") ?? spoken(label).trim()) : name(el);
    },
    // base64 is how Go writes bytes in JSON
    drop: (filename, type, base64) => {
      const file = new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], filename, { type });
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(file);
      for (const kind of ["dragenter", "dragover", "drop"]) {
        document.getElementById("main").dispatchEvent(new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true }));
      }
    },
    field: (text) => {
      const label = all("label").find((l) => l.innerText.trim() === text);
      return label && document.getElementById(label.htmlFor);
    },
  };
})();
