import { ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { findAuthoritiesOnDisk, findTemplateOnDisk, loadTemplate } from '../../mappings/index.js';
import { openSession } from '../../openstack/session/index.js';
import type { CloudSession } from '../../openstack/session/index.js';
import type { CliIo } from '../io.js';

export interface InfraOptions {
  readonly mapping: string;
  readonly var: Readonly<Record<string, string>>;
  readonly json?: boolean;
}

/** The cloud of the mapping, and the name of its lakehouse. */
export async function signIn(
  { mapping, var: variables }: InfraOptions,
  io: CliIo,
): Promise<Result<{ readonly session: CloudSession; readonly name: string }>> {
  const template = loadTemplate(mapping, {
    find: findTemplateOnDisk,
    findAuthorities: findAuthoritiesOnDisk,
    variables,
  });
  if (!template.ok) return template;
  const { name, region, trust } = template.value.target;
  const session = await openSession(io.env, region, trust?.authorities);
  return session.ok ? ok({ session: session.value, name }) : session;
}
