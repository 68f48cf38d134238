import { diagnostic } from '../core/diagnostic.js';
import type { Diagnostic, SourcePosition } from '../core/diagnostic.js';
import { bucketClashes } from './bucket-clashes.js';
import { networkProblems } from './network-fit.js';
import type { Plan } from './plan.js';
import type { SettingProblem } from './setting-problem.js';
import type { Target } from './template.js';

/**
 * Checks of the target that need the Plan: its network has room for all machines, and mapped buckets do not clash with its
 * own. Warns of the example endpoint, which is not a mistake before there is a cloud.
 */
export function checkTargetInPlan(
  { target, size, buckets }: Plan,
  locate: (setting: string) => SourcePosition | undefined,
): Diagnostic[] {
  const located =
    (severity: Diagnostic['severity']) =>
    ({ code, setting, message, fix }: SettingProblem): Diagnostic => {
      const at = locate(setting);
      const path = `/${setting.replaceAll('.', '/')}`;
      return diagnostic({ code, severity, path, message, fix, ...(at !== undefined && { at }) });
    };
  return [
    ...[...networkProblems(target, size), ...bucketClashes(target, buckets)].map(located('error')),
    ...placeholders(target).map(located('warning')),
  ];
}

/** As in `default.yaml`. */
const exampleEndpoint = 'https://object-store.example';

function placeholders({ objectStore: { endpoint } }: Target): readonly SettingProblem[] {
  if (endpoint !== exampleEndpoint) return [];
  return [
    {
      code: 'placeholder-endpoint',
      setting: 'target.objectStore.endpoint',
      message: `The endpoint of the object store is still ${exampleEndpoint}, the placeholder of the template 'default'; a lakehouse built with it could not reach its data.`,
      fix: 'Set `target.objectStore.endpoint` to the S3 endpoint of your cloud.',
    },
  ];
}
