import { diagnostic } from '../core/diagnostic.js';
import { fail, ok } from '../core/result.js';
import type { Result } from '../core/result.js';

type Variables = Readonly<Record<string, string>>;

/** Values for a template's variables as pipelines give them: a JSON object. `place` names its origin. */
export function givenVariables(json: string | undefined, place: string): Result<Variables> {
  if (json === undefined || json === '') return ok({});
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return ok(Object.fromEntries(Object.entries(value).map(([name, one]) => [name, String(one)])));
    }
  } catch {
    // Reported below.
  }
  return fail([
    diagnostic({
      code: 'bad-variables',
      path: place,
      message: 'The variables are not a JSON object.',
      fix: `Write a JSON object, such as '{"team":"sales"}'.`,
    }),
  ]);
}
