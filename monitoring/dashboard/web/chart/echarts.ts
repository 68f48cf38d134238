import { BarChart, LineChart, PieChart } from 'echarts/charts';
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import type { EChartsCoreOption } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

use([BarChart, LineChart, PieChart, AriaComponent, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);

export type ChartOption = EChartsCoreOption;

/** Draws into `element`, follows its size and the theme, and returns how to end. */
export function draw(
  element: HTMLDivElement,
  option: () => ChartOption,
  onPick: ((name: string) => void) | undefined,
): () => void {
  const chart = init(element, null, { renderer: 'svg' });
  const show = (): void => {
    chart.setOption({ animation: false, aria: { enabled: false }, ...option() }, true);
  };
  show();
  if (onPick !== undefined)
    chart.on('click', ({ name }) => {
      onPick(name);
    });
  const size = new ResizeObserver(() => {
    chart.resize();
  });
  size.observe(element);
  const scheme = matchMedia('(prefers-color-scheme: dark)');
  scheme.addEventListener('change', show);
  addEventListener('a2o-theme', show);
  return () => {
    size.disconnect();
    scheme.removeEventListener('change', show);
    removeEventListener('a2o-theme', show);
    chart.dispose();
  };
}
