/**
 * Light or dark, as the system has it or as was chosen here; the choice is remembered.
 *
 * A plain script below the style sheets, so that a chosen scheme is there before the first paint: the sheets'
 * and the phone's rules of `prefers-color-scheme` are switched on or off here.
 */
{
  const KEY = "scheme";
  const DARK = "(prefers-color-scheme: dark)";
  const system = matchMedia(DARK);
  const switched = new WeakSet();
  const chosen = () => localStorage.getItem(KEY);
  const isDark = () => (chosen() ?? (system.matches ? "dark" : "light")) === "dark";

  const applyTo = (page) => {
    page.documentElement.style.colorScheme = chosen() ?? "";
    for (const rule of [...page.styleSheets].flatMap((sheet) => [...sheet.cssRules])) {
      if (rule.media?.mediaText === DARK) switched.add(rule);
      if (switched.has(rule)) rule.media.mediaText = chosen() ? (isDark() ? "all" : "not all") : DARK;
    }
  };
  const apply = () => {
    const frame = document.getElementById("phone-frame");
    for (const page of [document, frame?.contentDocument]) if (page) applyTo(page);
    document.getElementById("scheme")?.setAttribute("aria-pressed", String(isDark()));
  };

  apply();
  system.addEventListener("change", apply);
  addEventListener("DOMContentLoaded", () => {
    apply();
    document.getElementById("phone-frame").addEventListener("load", apply);
    document.getElementById("scheme").addEventListener("click", () => {
      const wanted = isDark() ? "light" : "dark";
      if ((wanted === "dark") === system.matches) localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, wanted);
      apply();
    });
  });
}
