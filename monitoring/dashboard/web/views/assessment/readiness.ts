interface Counts {
  readonly migration_ready: number;
  readonly needs_conversion: number;
  readonly unknown: number;
}

export interface ReadinessSlice {
  readonly status: 'READY' | 'NEEDS_CONVERSION' | 'UNKNOWN';
  readonly tables: number;
  readonly tone: 'good' | 'caution' | 'quiet';
}

/** Without those that no table has. */
export function readinessOf({ migration_ready, needs_conversion, unknown }: Counts): readonly ReadinessSlice[] {
  const slices: readonly ReadinessSlice[] = [
    { status: 'READY', tables: migration_ready, tone: 'good' },
    { status: 'NEEDS_CONVERSION', tables: needs_conversion, tone: 'caution' },
    { status: 'UNKNOWN', tables: unknown, tone: 'quiet' },
  ];
  return slices.filter(({ tables }) => tables > 0);
}

/** 0 to 1; `null` without tables. */
export function readyShare({ migration_ready, needs_conversion, unknown }: Counts): number | null {
  const all = migration_ready + needs_conversion + unknown;
  return all === 0 ? null : migration_ready / all;
}
