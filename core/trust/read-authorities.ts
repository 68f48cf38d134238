import { X509Certificate } from 'node:crypto';
import { fail, ok } from '../result.js';
import type { Result } from '../result.js';

/** Far more than the bundle of a Linux distribution has. */
export const maxAuthoritiesBytes = 1024 * 1024;

const block = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/g;

/**
 * The certificates of a PEM file, each as PEM of its own without the text around it, in the order of the file. Fails with
 * what is wrong with each: it must be the certificate of an authority (CA:TRUE) that is valid at the time `now`.
 */
export function readAuthorities(text: string, now: Date): Result<readonly string[], readonly string[]> {
  const blocks = [...text.matchAll(block)].map(({ 0: pem, 1: label = '', index }) => ({ pem, label, index }));
  if (blocks.some(({ label }) => label.endsWith('PRIVATE KEY'))) return fail(['it holds a private key']);
  const certificates = blocks.filter(({ label }) => label === 'CERTIFICATE' || label === 'X509 CERTIFICATE');
  if (certificates.length === 0) return fail(['it holds no certificate in PEM (BEGIN CERTIFICATE)']);
  const problems = certificates.flatMap(({ pem, index }, position) => {
    const line = text.slice(0, index).split('\n').length;
    const found = problemOf(pem, now);
    return found === undefined ? [] : [`its certificate ${position + 1} (line ${line}) ${found}`];
  });
  if (problems.length > 0) return fail(problems);
  return ok([...new Set(certificates.map(({ pem }) => new X509Certificate(pem).toString()))]);
}

function problemOf(pem: string, now: Date): string | undefined {
  const certificate = parsed(pem);
  if (certificate === undefined) return 'cannot be decoded';
  const { ca, validFrom, validTo, subject } = certificate;
  const name = subject.replaceAll('\n', ', ');
  if (!ca) return `is not that of an authority (CA:FALSE): ${name}`;
  if (new Date(validTo) <= now) return `expired on ${dayOf(validTo)}: ${name}`;
  if (new Date(validFrom) > now) return `is valid only from ${dayOf(validFrom)}: ${name}`;
  return undefined;
}

function parsed(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

function dayOf(text: string): string {
  return new Date(text).toISOString().slice(0, 10);
}
