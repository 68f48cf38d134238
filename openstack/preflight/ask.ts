import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { CloudSession, ServiceName } from '../session/index.js';
import { finding } from './finding.js';

/**
 * The JSON that a service answers with, which has `key`. Without such an answer, fails with a warning that this was not
 * checked.
 */
export async function ask<T>(
  session: CloudSession,
  service: ServiceName,
  path: string,
  key: keyof T & string,
): Promise<Result<T, Diagnostic>> {
  const answer = await session.send(service, path);
  const reason = !answer.ok ? answer.error : answer.value.status === 200 ? undefined : `HTTP ${answer.value.status}`;
  if (reason === undefined && answer.ok) {
    try {
      const document = JSON.parse(answer.value.text) as T | null;
      if (typeof document?.[key] === 'object' && document[key] !== null) return ok(document);
      return fail(notChecked(service, path, `its answer has no '${key}'`));
    } catch {
      return fail(notChecked(service, path, 'its answer is not JSON'));
    }
  }
  return fail(notChecked(service, path, reason ?? 'no answer'));
}

function notChecked(service: ServiceName, path: string, reason: string): Diagnostic {
  return finding(
    'target.region',
    'not-checked',
    `The service ${service} does not answer the request for ${path.split('?')[0] ?? path} (${reason}), so that was not checked.`,
    'Give your user the right to read it (the role `reader` or `member`), or check it by hand.',
    'warning',
  );
}
