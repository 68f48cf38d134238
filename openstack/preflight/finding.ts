import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';

/** A problem of a setting of the mapping: `setting` as people write it, such as `target.flavors.trino`. */
export function finding(
  setting: string,
  code: string,
  message: string,
  fix: string,
  severity: Diagnostic['severity'] = 'error',
): Diagnostic {
  return diagnostic({ code, severity, path: `/${setting.replaceAll('.', '/')}`, message, fix });
}

/** The first few of a list for a message, and how many more there are. */
export function some(names: readonly string[], atMost = 8): string {
  if (names.length === 0) return 'none';
  const rest = names.length - atMost;
  return `${names.slice(0, atMost).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
