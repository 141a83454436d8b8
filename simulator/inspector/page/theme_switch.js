// The choice of a theme, which is remembered; `theme.js` applies it before the page is drawn.

import { h } from "/_sim/inspector/dom.js";

const KEPT = "iterable-simulator-theme";
const THEMES = { auto: "Auto", light: "Light", dark: "Dark" };

/** Fills a fieldset with the three. */
export function showThemeSwitch(place) {
  const root = document.documentElement;
  const choose = (event) => {
    root.dataset.theme = event.target.value;
    localStorage.setItem(KEPT, event.target.value);
  };
  place.append(...Object.entries(THEMES).map(([value, name]) =>
    h("label", {}, h("input", { type: "radio", name: "theme", value, checked: root.dataset.theme === value, change: choose }), name)));
}
