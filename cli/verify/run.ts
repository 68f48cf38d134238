import { readAllowedSigners, verifyCertificate } from '../../validation/certificate/index.js';
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
  const allowedSigners = readAllowedSigners(file);
  if (!allowedSigners.ok) return failed(io, allowedSigners.error);
  const verified = await verifyCertificate(path, {
    allowedSigners: allowedSigners.value,
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
