import { expect, test } from '@jest/globals';
import { renderDashboard } from '../../../constructs/metrics/render-dashboard.js';

interface Dashboard {
  readonly title: string;
  readonly panels: readonly {
    readonly id: number;
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number };
    readonly targets: readonly { readonly refId: string; readonly expr: string }[];
  }[];
}

test('panels fill the grid without covering one another, and each asks something', () => {
  const { title, panels } = JSON.parse(renderDashboard('acme')) as Dashboard;
  expect(title).toBe('Lakehouse acme');
  expect(new Set(panels.map(({ gridPos: { x, y } }) => `${x},${y}`)).size).toBe(panels.length);
  for (const { gridPos, targets } of panels) {
    expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
    expect(targets.map(({ refId }) => refId)).toEqual([...new Set(targets.map(({ refId }) => refId))]);
    expect(targets.every(({ expr }) => expr.split('(').length === expr.split(')').length)).toBe(true);
  }
});

test('Trino, metastore, catalog and runners are all on it', () => {
  const text = renderDashboard('acme');
  for (const part of ['QueryManager', 'a2o-hive-metastore', 'a2o-iceberg-catalog', 'axum_http', 'a2o-migration-runner'])
    expect(text).toContain(part);
});
