import { readFileSync } from 'node:fs';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { callbackNotifier, isPublicAddress, isPublicOrPrivateAddress } from '../../waves/callbacks/index.js';
import { cmdbNotifier, isCmdbUrl, restCmdb } from '../../waves/cmdb/index.js';
import type { StepPorts } from '../../waves/steps/index.js';

type Env = Readonly<Record<string, string | undefined>>;
type Notifiers = StepPorts['notifiers'];

/** Who hears of machines by the variables A2O_WAVES_CALLBACK_SECRET and A2O_WAVES_CMDB_* (docs/waves.md). */
export function waveNotifiers(env: Env): Result<Notifiers> {
  const secret = given(env, 'A2O_WAVES_CALLBACK_SECRET');
  const callbacks = secret === undefined ? [] : [callbackNotifier({ secret, now })];
  const url = given(env, 'A2O_WAVES_CMDB_URL');
  if (url === undefined) return ok(callbacks);
  const method = given(env, 'A2O_WAVES_CMDB_METHOD') ?? 'PATCH';
  const authority = authorityIn(env);
  if (!authority.ok) return authority;
  if (secret === undefined)
    return fail([
      problem(
        'A2O_WAVES_CALLBACK_SECRET, which signs messages to the CMDB, is missing.',
        'Set it to whsec_ and 32 random bytes in base64: "whsec_$(openssl rand -base64 32)".',
      ),
    ]);
  if (!isCmdbUrl(url))
    return fail([
      problem(
        'A2O_WAVES_CMDB_URL must be an https URL with {key}, and without user, password and fragment.',
        'Set it to such as https://cmdb.acme.example/api/machines/{key}.',
      ),
    ]);
  if (method !== 'PUT' && method !== 'PATCH')
    return fail([
      problem(
        `A2O_WAVES_CMDB_METHOD is '${method}'; it must be PUT or PATCH.`,
        'Unset it for PATCH, or set it to PUT.',
      ),
    ]);
  const authorization = given(env, 'A2O_WAVES_CMDB_AUTHORIZATION');
  const cmdb = restCmdb({
    url,
    method,
    now,
    secret: () => Promise.resolve(secret),
    isAllowed: env['A2O_WAVES_CMDB_PRIVATE'] === 'true' ? isPublicOrPrivateAddress : isPublicAddress,
    ...(authority.value !== undefined && { ca: authority.value }),
    ...(authorization !== undefined && { authorization: () => Promise.resolve(authorization) }),
  });
  return ok([...callbacks, cmdbNotifier(cmdb)]);
}

function now(): Date {
  return new Date();
}

function authorityIn(env: Env): Result<string | undefined> {
  const file = given(env, 'A2O_WAVES_CMDB_CA');
  if (file === undefined) return ok(undefined);
  try {
    return ok(readFileSync(file, 'utf8'));
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    return fail([
      problem(
        `A2O_WAVES_CMDB_CA names ${file}, which cannot be read (${reason}).`,
        'Set it to a PEM file of the authority that signed the certificate of the CMDB.',
      ),
    ]);
  }
}

function given(env: Env, name: string): string | undefined {
  const value = env[name];
  return value === '' ? undefined : value;
}

function problem(message: string, fix: string): Diagnostic {
  return diagnostic({ code: 'wave-settings', message, fix });
}
