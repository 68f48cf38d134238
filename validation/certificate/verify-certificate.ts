import { createHash } from 'node:crypto';
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { canonicalJson } from '../../core/canonical-json.js';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { linesOf } from '../../core/lines.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { certificateFiles, certificateNamespace, certificateText } from './certificate.js';
import type { BoundFile, Certificate, TableLine } from './certificate.js';
import { chainOf } from './chain.js';
import { contradictionsIn } from './contradictions.js';
import { verifySignature } from './sshsig/index.js';
import type { Signer, TrustedSigners } from './sshsig/index.js';
import { CertificateSummary } from './summary.js';

export interface VerifiedCertificate {
  readonly certificate: Certificate;
  readonly signer: Signer;
}

const copyAgain = 'Copy the complete folder again from where the certificate was written.';

/**
 * Whether a certificate is what its signer wrote: the signature, each file that it binds, and whether its totals follow
 * from its tables. `path` is the folder or its certificate.json. Reports everything that differs.
 */
export async function verifyCertificate(path: string, trusted: TrustedSigners): Promise<Result<VerifiedCertificate>> {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const file = isFolder ? join(path, certificateFiles.certificate) : path;
  const signatureFile = `${file}.sig`;
  const [content, armored] = [readOrSay(file), readOrSay(signatureFile)];
  if (!content.ok || !armored.ok) return fail([content, armored].flatMap((read) => (read.ok ? [] : read.error)));
  const signer = verifySignature(
    content.value,
    armored.value.toString('latin1'),
    certificateNamespace,
    trusted,
    signatureFile,
  );
  const certificate = parseCertificate(content.value.toString('utf8'), file);
  if (!certificate.ok) return fail([...(signer.ok ? [] : signer.error), ...certificate.error]);
  const problems = [...(signer.ok ? [] : signer.error), ...(await problemsOfFiles(certificate.value, dirname(file)))];
  if (!signer.ok || problems.length > 0) return fail(problems);
  return ok({ certificate: certificate.value, signer: signer.value });
}

/** What a `certificate.json` says, whether or not it is true. */
export function readCertificate(file: string): Result<Certificate> {
  const content = readOrSay(file);
  return content.ok ? parseCertificate(content.value.toString('utf8'), file) : content;
}

function readOrSay(path: string): Result<Buffer> {
  try {
    return ok(readFileSync(path));
  } catch (error) {
    return fail([unreadable(path, error)]);
  }
}

function parseCertificate(text: string, path: string): Result<Certificate> {
  const certificate = parseJson(text) as Partial<Certificate> | undefined;
  const wrong = (message: string): Result<never> =>
    fail([diagnostic({ code: 'certificate-malformed', path, message, fix: copyAgain })]);
  if (certificate?.kind !== 'MigrationCertificate')
    return wrong('The file is not a certificate of aws2openstack, or it was cut off.');
  const { schemaVersion } = certificate;
  if (typeof schemaVersion !== 'string' || !schemaVersion.startsWith('1.'))
    return fail([
      diagnostic({
        code: 'certificate-version',
        path,
        message: `The certificate has the version ${JSON.stringify(schemaVersion)}; this command reads 1.x.`,
        fix: 'Verify it with the version of aws2openstack that wrote it, or a newer one.',
      }),
    ]);
  if (!hasParts(certificate)) return wrong('Parts of the certificate are missing.');
  if (certificateText(certificate) !== text) return wrong('The certificate is not in its canonical form.');
  return ok(certificate);
}

function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** What verification reads. Names of files are without folders, so that it reads nothing else. */
function hasParts(certificate: Partial<Certificate>): certificate is Certificate {
  const { files, method, totals, databases, run, assessment } = certificate;
  return (
    [method, totals, databases, run, assessment].every((part) => typeof part === 'object') &&
    Array.isArray(method?.goldenVectors) &&
    typeof files === 'object' &&
    certificateFiles.tables in files &&
    Object.keys(files).every((name) => name === basename(name) && !name.startsWith('.'))
  );
}

async function problemsOfFiles(certificate: Certificate, folder: string): Promise<readonly Diagnostic[]> {
  const problems: Diagnostic[] = [];
  for (const [name, bound] of Object.entries(certificate.files))
    problems.push(...(await problemsOfFile(join(folder, name), bound)));
  return problems.length > 0 ? problems : problemsOfTables(certificate, join(folder, certificateFiles.tables));
}

async function problemsOfFile(path: string, bound: BoundFile): Promise<readonly Diagnostic[]> {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      bytes += chunk.length;
    }
  } catch (error) {
    return [unreadable(path, error)];
  }
  const found = hash.digest('hex');
  if (found === bound.sha256 && bytes === bound.bytes) return [];
  return [
    diagnostic({
      code: 'certificate-file-differs',
      path,
      message: `The file has ${bytes} bytes and the SHA-256 ${found}; the certificate binds ${bound.bytes} bytes with ${bound.sha256}.`,
      fix: copyAgain,
    }),
  ];
}

/** Whether what the certificate says of all tables follows from its lines. */
async function problemsOfTables(certificate: Certificate, path: string): Promise<readonly Diagnostic[]> {
  const summary = new CertificateSummary(certificate.method);
  for await (const line of linesOf(path)) {
    const parsed = parseJson(line.toString()) as TableLine | undefined;
    if (parsed === undefined) return [doesNotFollow(path, 'a line that is not JSON')];
    const { chain, ...table } = parsed;
    const contradictions = contradictionsIn(table);
    if (contradictions.length > 0) return contradictions;
    const computed = chainOf(table, certificate.manifestSha256);
    if (canonicalJson(computed) !== canonicalJson(chain))
      return [doesNotFollow(path, `the chain of ${table.database}.${table.table}`)];
    summary.add(table, computed);
  }
  const claims = {
    verdict: summary.verdict(),
    totals: summary.totals,
    databases: summary.databases(),
    chainRoot: summary.chainRoot(),
  };
  return (Object.keys(claims) as (keyof typeof claims)[])
    .filter((name) => canonicalJson(claims[name]) !== canonicalJson(certificate[name]))
    .map((name) => doesNotFollow(path, `\`${name}\` of the certificate`));
}

function doesNotFollow(path: string, what: string): Diagnostic {
  return diagnostic({
    code: 'certificate-does-not-follow',
    path,
    message: `The signature is right, but ${what} does not follow from the results of the tables.`,
    fix: 'Do not rely on it: ask its signer to write it again with aws2openstack.',
  });
}

function unreadable(path: string, error: unknown): Diagnostic {
  return diagnostic({
    code: 'certificate-unreadable',
    path,
    message: `The file cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)}).`,
    fix: copyAgain,
  });
}
