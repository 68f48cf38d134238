import type { ChartOption } from './echarts.js';
import type { ThemeColors } from './theme.js';

export interface Slice {
  readonly name: string;
  readonly value: number;
  readonly color: string;
}

const size = { fontSize: 12 };

/** Text of a tooltip is drawn, not set as HTML: names come from a catalog. */
function tooltip(colors: ThemeColors, format: (value: number) => string): ChartOption {
  return {
    renderMode: 'richText',
    backgroundColor: colors.surface,
    borderColor: colors.line,
    textStyle: { ...size, fontFamily: colors.font, color: colors.text },
    valueFormatter: (value: unknown) => format(Number(value)),
  };
}

export function pie(slices: readonly Slice[], colors: ThemeColors, format: (value: number) => string): ChartOption {
  return {
    tooltip: { trigger: 'item', ...tooltip(colors, format) },
    legend: {
      bottom: 0,
      icon: 'circle',
      itemWidth: 9,
      itemGap: 18,
      textStyle: { ...size, fontFamily: colors.font, color: colors.muted },
    },
    series: [
      {
        type: 'pie',
        radius: ['52%', '78%'],
        center: ['50%', '45%'],
        label: { show: false },
        itemStyle: { borderColor: colors.surface, borderWidth: 2 },
        data: slices.map(({ name, value, color }) => ({ name, value, itemStyle: { color } })),
      },
    ],
  };
}

export interface Bars {
  readonly names: readonly string[];
  readonly series: readonly {
    readonly name: string;
    readonly values: readonly (number | null)[];
    readonly color: string;
  }[];
}

/** Horizontal bars, the first on top. */
export function bars({ names, series }: Bars, colors: ThemeColors, format: (value: number) => string): ChartOption {
  return {
    tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' }, ...tooltip(colors, format) },
    grid: { left: 8, right: 24, top: 8, bottom: 8, containLabel: true },
    xAxis: valueAxis(colors, format),
    yAxis: { ...categoryAxis(names, colors), inverse: true },
    series: series.map(({ name, values, color }) => ({
      type: 'bar',
      name,
      data: values,
      barMaxWidth: 18,
      itemStyle: { color, borderRadius: [0, 3, 3, 0] },
    })),
  };
}

/** Values over time; bars that stand on one another, or lines. */
export function timeline(
  { names, series }: Bars,
  colors: ThemeColors,
  {
    format,
    kind,
    stacked = false,
  }: { readonly format: (value: number) => string; readonly kind: 'bar' | 'line'; readonly stacked?: boolean },
): ChartOption {
  return {
    tooltip: { trigger: 'axis', ...tooltip(colors, format) },
    legend: {
      bottom: 0,
      icon: 'circle',
      itemWidth: 9,
      itemGap: 18,
      textStyle: { ...size, fontFamily: colors.font, color: colors.muted },
    },
    grid: { left: 8, right: 16, top: 12, bottom: 36, containLabel: true },
    xAxis: categoryAxis(names, colors),
    yAxis: valueAxis(colors, format),
    series: series.map(({ name, values, color }) => ({
      type: kind,
      name,
      data: values,
      barMaxWidth: 28,
      ...(stacked && { stack: 'all' }),
      symbolSize: 6,
      lineStyle: { width: 2, color },
      itemStyle: { color },
    })),
  };
}

function valueAxis(colors: ThemeColors, format: (value: number) => string): ChartOption {
  return {
    type: 'value',
    splitNumber: 4,
    axisLabel: {
      ...size,
      fontFamily: colors.font,
      color: colors.muted,
      formatter: (value: number) => format(value),
      hideOverlap: true,
    },
    splitLine: { lineStyle: { color: colors.line } },
  };
}

function categoryAxis(names: readonly string[], colors: ThemeColors): ChartOption {
  return {
    type: 'category',
    data: names,
    axisTick: { show: false },
    axisLine: { lineStyle: { color: colors.line } },
    axisLabel: { ...size, fontFamily: colors.font, color: colors.muted, hideOverlap: true },
  };
}
