// Owns the keyboard's way through the panel: Tab goes round inside it, Escape leaves it. Refuses to trap without Escape.
const REACHABLE = "a[href], button:not([disabled]), textarea, input, [tabindex='0']";

/** `own()` is true while something in the panel keeps Tab to itself; Escape is then left to it unless it lets it through. */
export function trap(panel, onEscape, own) {
  addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape" && !document.querySelector("dialog[open]")) { event.preventDefault(); onEscape(); }
    if (event.key === "Tab" && !own()) turn(panel, event);
  });
}

function turn(panel, event) {
  const stops = [...panel.querySelectorAll(REACHABLE)].filter((stop) => stop.checkVisibility({ visibilityProperty: true }) && !stop.closest("dialog"));
  const first = stops[0];
  const last = stops[stops.length - 1];
  const here = document.activeElement;
  if (event.shiftKey && (here === first || here === document.body)) { event.preventDefault(); last.focus(); }
  else if (!event.shiftKey && here === last) { event.preventDefault(); first.focus(); }
}
