import { readAuthority } from '../../openstack/machines/index.js';
import { failed } from '../io.js';
import type { CliIo, ExitCode } from '../io.js';
import { signIn } from './sign-in.js';
import type { InfraOptions } from './sign-in.js';

/** Prints what users verify Trino's certificate with. */
export async function showAuthority(options: InfraOptions, io: CliIo): Promise<ExitCode> {
  const signedIn = await signIn(options, io);
  if (!signedIn.ok) return failed(io, signedIn.error);
  const authority = await readAuthority(signedIn.value.session, signedIn.value.name);
  if (!authority.ok) return failed(io, authority.error);
  const { certificate } = authority.value;
  io.stdout.write(
    options.json === true
      ? `${JSON.stringify({ kind: 'LakehouseAuthority', ...authority.value })}\n`
      : `${certificate.trimEnd()}\n`,
  );
  return 0;
}
