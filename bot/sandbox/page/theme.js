// Light, dark, or as the system has it.

const KEY = "sandbox-theme";
const NEXT = { system: "light", light: "dark", dark: "system" };

export function currentTheme() {
  return localStorage.getItem(KEY) ?? "system";
}

export function applyTheme() {
  document.documentElement.dataset.theme = currentTheme();
}

/** Goes on to the next theme and returns its name. */
export function nextTheme() {
  const theme = NEXT[currentTheme()];
  localStorage.setItem(KEY, theme);
  applyTheme();
  return theme;
}
