import type { ErrorObject, ValidateFunction } from 'ajv';
import { createHash } from 'node:crypto';
import { createReadStream, readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { canonicalJson, compareText } from '../../core/canonical-json.js';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { linesOf } from '../../core/lines.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { describeViolation } from '../../core/violation.js';
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

// Compiled from certificate.schema.json by scripts/validators.mjs.
const checks = createRequire(import.meta.url)('./certificate-checks.cjs') as {
  readonly certificate: ValidateFunction<Certificate>;
  readonly line: ValidateFunction<TableLine>;
};

const copyAgain = 'Copy the complete folder again from its original location.';

/**
 * Whether a certificate is what its signer wrote: the signature, each file that it binds, and whether its totals follow
 * from its tables. `path` is the folder or its certificate.json. Reports every file that differs, once the signature holds.
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
  // What nobody has signed is not worth reading.
  if (!signer.ok) return signer;
  const certificate = parseCertificate(content.value.toString('utf8'), file);
  if (!certificate.ok) return certificate;
  const problems = await problemsOfFiles(certificate.value, dirname(file));
  if (problems.length > 0) return fail(problems);
  return ok({ certificate: certificate.value, signer: signer.value });
}

/** The claims of a `certificate.json`, whether or not they are true. */
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
  const certificate = parseJson(text) as Readonly<Record<string, unknown>> | undefined;
  const wrong = (message: string): Result<never> =>
    fail([diagnostic({ code: 'certificate-malformed', path, message, fix: copyAgain })]);
  if (certificate?.['kind'] !== 'MigrationCertificate')
    return wrong('The file is not a certificate of aws2openstack, or it was cut off.');
  const { schemaVersion } = certificate;
  if (schemaVersion !== '1.0')
    return fail([
      diagnostic({
        code: 'certificate-version',
        path,
        message: `The certificate has the version ${JSON.stringify(schemaVersion)}; this command reads 1.0.`,
        fix: 'Verify it with the version of aws2openstack that wrote it, or a newer one.',
      }),
    ]);
  if (!checks.certificate(certificate)) return wrong(`The certificate ${violationOf(checks.certificate.errors)}.`);
  const names = Object.keys(certificate.files);
  if (!names.includes(certificateFiles.tables)) return wrong('The certificate does not bind its tables.');
  // Without folders, so that it reads nothing else.
  if (names.some((name) => name !== basename(name) || name.startsWith('.')))
    return wrong('The certificate binds files outside its folder.');
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

/** The first, with its place. */
function violationOf(errors: readonly ErrorObject[] | null | undefined): string {
  const [first] = errors ?? [];
  if (first === undefined) return 'does not match its schema';
  return `does not match its schema: '${first.instancePath}' ${describeViolation(first)}`;
}

async function problemsOfFiles(certificate: Certificate, folder: string): Promise<readonly Diagnostic[]> {
  const problems: Diagnostic[] = unboundFiles(certificate, folder).map((name) => unbound(join(folder, name)));
  for (const [name, bound] of Object.entries(certificate.files))
    problems.push(...(await problemsOfFile(join(folder, name), bound)));
  return problems.length > 0 ? problems : problemsOfTables(certificate, join(folder, certificateFiles.tables));
}

/** Beside the certificate, and named as if they belonged to it. */
function unboundFiles({ files }: Certificate, folder: string): readonly string[] {
  const own: readonly string[] = [certificateFiles.certificate, certificateFiles.signature, ...Object.keys(files)];
  return readdirSync(folder)
    .filter((name) => name.startsWith('certificate.') && !own.includes(name))
    .sort();
}

function unbound(path: string): Diagnostic {
  return diagnostic({
    code: 'certificate-file-unbound',
    path,
    message:
      "The file has a name of the certificate's files, but the certificate does not bind it: its content proves nothing.",
    fix: 'Remove it, or move it out of the folder.',
  });
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
  let previous: TableLine | undefined;
  for await (const line of linesOf(path)) {
    const parsed = parseJson(line.toString());
    if (!checks.line(parsed)) return [doesNotFollow(path, `a line that ${violationOf(checks.line.errors)}`)];
    const { chain, ...table } = parsed;
    if (previous !== undefined && !comesBefore(previous, parsed))
      return [doesNotFollow(path, `${table.database}.${table.table}, which comes twice or out of order,`)];
    previous = parsed;
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

function comesBefore(one: TableLine, other: TableLine): boolean {
  return (compareText(one.database, other.database) || compareText(one.table, other.table)) < 0;
}

function doesNotFollow(path: string, what: string): Diagnostic {
  return diagnostic({
    code: 'certificate-does-not-follow',
    path,
    message: `The signature is valid, but ${what} does not follow from the results of the tables.`,
    fix: 'Do not rely on it: ask the signer to generate it again with aws2openstack.',
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
