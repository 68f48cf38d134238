import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { ChartOption } from './echarts.js';
import { themeColors } from './theme.js';
import type { ThemeColors } from './theme.js';

interface ChartProps {
  /** For those who do not see it. */
  readonly label: string;
  readonly option: (colors: ThemeColors) => ChartOption;
  /** Draws anew when it changes. */
  readonly data: unknown;
  readonly onPick?: (name: string) => void;
  /** The same figures as a table. */
  readonly children: ComponentChildren;
}

/** A chart, drawn once its library has been loaded, and its twin as a table. */
export function Chart({ label, option, data, onPick, children }: ChartProps) {
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const { current } = frame;
    if (current === null) return;
    let close: (() => void) | undefined;
    const controller = new AbortController();
    void import('./echarts.js').then(({ draw }) => {
      if (!controller.signal.aborted) close = draw(current, () => option(themeColors()), onPick);
    });
    return () => {
      controller.abort();
      close?.();
    };
  }, [JSON.stringify(data)]);
  return (
    <figure class="chart">
      <div ref={frame} class="canvas" role="img" aria-label={label} />
      <details>
        <summary>As a table</summary>
        {children}
      </details>
    </figure>
  );
}
