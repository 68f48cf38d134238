import { readFileSync } from 'node:fs';
import { diagnostic } from '../../core/diagnostic.js';
import { verifyCertificate } from '../../validation/certificate/index.js';
import { failed } from '../io.js';
import type { CliIo, ExitCode } from '../io.js';
import { describeCertificate } from './view.js';

export interface VerifyOptions {
  readonly allowedSigners: string;
  readonly identity?: string;
  readonly verifyTime?: Date;
  readonly json: boolean;
}

export async function verify(path: string, options: VerifyOptions, io: CliIo): Promise<ExitCode> {
  const { allowedSigners: file, identity, verifyTime = new Date() } = options;
  let allowedSigners: string;
  try {
    allowedSigners = readFileSync(file, 'utf8');
  } catch (error) {
    return failed(io, [
      diagnostic({
        code: 'allowed-signers-unreadable',
        path: file,
        message: `The file of allowed signers cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)}).`,
        fix: 'Set --allowed-signers to a file with lines of IDENTITY TYPE KEY.',
      }),
    ]);
  }
  const verified = await verifyCertificate(path, {
    allowedSigners,
    file,
    ...(identity !== undefined && { identity }),
    at: verifyTime,
  });
  if (!verified.ok) return failed(io, verified.error);
  const { certificate, signer } = verified.value;
  io.stdout.write(
    options.json
      ? `${JSON.stringify({ kind: 'VerifiedCertificate', signer, certificate })}\n`
      : describeCertificate(verified.value),
  );
  return 0;
}
