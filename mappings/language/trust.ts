import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { Target } from '../template.js';
import type { YamlSource } from './yaml-source.js';

/**
 * Reads a file of `target.trust.caFile`: the PEM of each of its certificates. `from` is the template that names it. Fails
 * with what is wrong with the file, without its content.
 */
export type FindAuthorities = (reference: string, from: string) => Result<readonly string[], readonly string[]>;

/** The authorities that the merged target names; `undefined` where it names none. Their files are read once, here. */
export function trustOf(
  target: object,
  lineage: readonly YamlSource[],
  find: FindAuthorities,
): Result<Target['trust']> {
  const { trust } = target as { readonly trust?: { readonly caFile?: string | readonly string[] } };
  const named = trust?.caFile;
  // A list is replaced as a whole, so one template has written all of it.
  const source = lineage.find(({ value }) => caFileIn(value) !== undefined);
  if (named === undefined || source === undefined) return ok(undefined);
  const isList = Array.isArray(named);
  const read = [named].flat().map((reference, index) => {
    const path = ['target', 'trust', 'caFile', ...(isList ? [index] : [])];
    const found = find(reference, source.file);
    return found.ok ? found : fail(found.error.map((reason) => unusable(reference, reason, path, source)));
  });
  const problems = read.flatMap((each) => (each.ok ? [] : each.error));
  if (problems.length > 0) return fail(problems);
  return ok({ authorities: [...new Set(read.flatMap((each) => (each.ok ? each.value : [])))] });
}

function caFileIn(value: unknown): unknown {
  const target = (value as { readonly target?: { readonly trust?: { readonly caFile?: unknown } | null } | null })
    .target;
  return target?.trust?.caFile;
}

function unusable(
  reference: string,
  reason: string,
  path: readonly (string | number)[],
  source: YamlSource,
): Diagnostic {
  return diagnostic({
    code: 'bad-authority',
    path: `/${path.join('/')}`,
    message: `The file '${reference}' is not usable as a certificate authority: ${reason}.`,
    fix: 'Name a PEM file that holds the certificates of your authorities alone (CA:TRUE, not expired); its path is relative to this mapping.',
    at: source.positionOf(path),
  });
}
