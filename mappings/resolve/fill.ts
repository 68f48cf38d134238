import type { PlanSource } from '../plan.js';

/**
 * Replaces `${database}`, `${table}`, `${bucket}`, `${region}` and `${account}` by the asset's own; `${database.identifier}`
 * and `${table.identifier}` by the same with every character that Hive refuses turned into an underscore. `$${database}` stands for
 * a literal `${database}`.
 */
export type Fill = (text: string, asset: AssetNames) => string;

export interface AssetNames {
  readonly database?: string;
  readonly table?: string;
  readonly bucket?: string;
}

export function fillFrom({ region, accountId }: Pick<PlanSource, 'region' | 'accountId'>): Fill {
  return (text, asset) => {
    const names = new Map(Object.entries({ ...asset, region, account: accountId ?? 'unknown' }));
    return text.replace(
      /\$?\$\{([^}.]*)(\.identifier)?[^}]*\}/g,
      (match, name: string, identifier: string | undefined) => {
        if (match.startsWith('$$')) return match.slice(1);
        const value = names.get(name);
        if (value === undefined) return match;
        return identifier === undefined ? value : value.replace(/[^A-Za-z0-9_]/g, '_');
      },
    );
  };
}
