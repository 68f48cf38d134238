import { useEffect, useState } from 'preact/hooks';

const themes = ['auto', 'light', 'dark'] as const;
type Theme = (typeof themes)[number];
const storageKey = 'a2o-theme';

/** Follows the system until somebody chooses. */
export function ThemeButton() {
  const [theme, setTheme] = useState<Theme>(
    () => themes.find((each) => each === localStorage.getItem(storageKey)) ?? 'auto',
  );
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
    localStorage.setItem(storageKey, theme);
    dispatchEvent(new Event(storageKey));
  }, [theme]);
  return (
    <button
      type="button"
      class="plain"
      onClick={() => {
        setTheme(themes[(themes.indexOf(theme) + 1) % themes.length] ?? 'auto');
      }}
    >
      Theme: {theme}
    </button>
  );
}
