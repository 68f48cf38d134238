import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';

export function noCutover(assessment: string): Diagnostic {
  return diagnostic({
    code: 'no-cutover',
    path: assessment,
    message: 'This assessment has no cutover.',
    fix: 'Run `aws2openstack cutover plan`, then `aws2openstack cutover go`.',
  });
}
