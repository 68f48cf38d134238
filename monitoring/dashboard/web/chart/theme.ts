const tones = ['good', 'caution', 'bad', 'busy', 'quiet'] as const;

export interface ThemeColors {
  readonly text: string;
  readonly muted: string;
  readonly line: string;
  readonly surface: string;
  /** For areas, which may be lighter than text of the same meaning. */
  readonly fill: Readonly<Record<(typeof tones)[number], string>>;
  /** The family of the page. */
  readonly font: string;
}

/** The colours of the page as it is shown now: a custom property may stand for two of them. */
export function themeColors(): ThemeColors {
  const probe = document.createElement('span');
  document.body.append(probe);
  const color = (name: string): string => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const colors = {
    text: color('text'),
    muted: color('muted'),
    line: color('line'),
    surface: color('surface'),
    fill: Object.fromEntries(tones.map((tone) => [tone, color(`fill-${tone}`)])) as ThemeColors['fill'],
    font: getComputedStyle(document.body).fontFamily,
  };
  probe.remove();
  return colors;
}
