import { join } from 'node:path';
import { canonicalJson, compareText } from '../../core/canonical-json.js';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { RunLock } from '../../core/run-lock.js';
import { StagedFiles } from '../../core/staged-files.js';
import type { Pieces } from '../../core/staged-files.js';
import { renderMarkdown, renderPdf } from '../../papers/index.js';
import { certificateFiles, certificateNamespace, certificateText } from './certificate.js';
import type { BoundFile, Certificate } from './certificate.js';
import type { CertificateInput, TableResult } from './certificate-input.js';
import { certificatePaper } from './certificate-paper.js';
import { chainOf } from './chain.js';
import { contradictionsIn } from './contradictions.js';
import type { Sign } from './sshsig/index.js';
import { CertificateSummary } from './summary.js';

export interface CertificateOptions {
  /** Without one, the certificate is not signed, and `verify` refuses it. */
  readonly sign?: Sign;
  /** Without it, there is no PDF. */
  readonly pdf: boolean;
}

/** In the folder of the certificate: what is being written, and what a writer that was killed has left. */
const stagingFolder = '.certificate';

/** As many contradictions as a person reads. */
const mostProblems = 20;

/**
 * Writes a certificate into a folder: `tables.ndjson`, `certificate.md`, `certificate.pdf`, `certificate.json` and its
 * signature, all or none of them. Equal inputs give byte-identical files. Memory does not grow with the number of tables, but with
 * that of databases. Fails where a table's status says more than its checks, and while another process writes into the
 * folder. Throws the system's errors of writing.
 */
export async function writeCertificate(
  input: CertificateInput,
  folder: string,
  options: CertificateOptions,
): Promise<Result<Certificate>> {
  const staging = join(folder, stagingFolder);
  const lock = await RunLock.acquire(staging);
  if (!lock.ok) return fail([beingWritten(folder, lock.error.pid)]);
  try {
    const files = StagedFiles.open(folder, join(staging, 'files'));
    lock.value.empty();
    try {
      return await stageAndPublish(files, input, options);
    } finally {
      files.discard();
    }
  } finally {
    lock.value.release();
  }
}

function beingWritten(folder: string, pid: number): Diagnostic {
  return diagnostic({
    code: 'certificate-being-written',
    path: folder,
    message: `The process ${pid} is writing a certificate to this folder.`,
    fix: 'Wait until it has ended, or choose another folder with --output.',
  });
}

async function stageAndPublish(
  files: StagedFiles,
  input: CertificateInput,
  { sign, pdf }: CertificateOptions,
): Promise<Result<Certificate>> {
  const summary = new CertificateSummary(input.method);
  const problems: Diagnostic[] = [];
  const tables = await writeBound(files, certificateFiles.tables, linesOf(input, summary, problems));
  if (problems.length > 0) return fail(problems);
  const paper = certificatePaper(input, summary, tables);
  const bound: Record<string, BoundFile> = { [certificateFiles.tables]: tables };
  bound[certificateFiles.markdown] = await writeBound(files, certificateFiles.markdown, [renderMarkdown(paper)]);
  if (pdf) {
    const rendered = await renderPdf(paper);
    if (!rendered.ok) return rendered;
    bound[certificateFiles.pdf] = await writeBound(files, certificateFiles.pdf, [rendered.value]);
  }
  const certificate: Certificate = {
    toolVersion: input.toolVersion,
    assessment: input.assessment,
    planSha256: input.planSha256,
    manifestSha256: input.manifestSha256,
    run: input.run,
    method: input.method,
    skipped: input.skipped,
    kind: 'MigrationCertificate',
    schemaVersion: '1.0',
    verdict: summary.verdict(),
    totals: summary.totals,
    databases: summary.databases(),
    chainRoot: summary.chainRoot(),
    files: bound,
  };
  const text = certificateText(certificate);
  if (sign !== undefined) {
    const signature = await sign(Buffer.from(text), certificateNamespace);
    if (!signature.ok) return signature;
    await files.write(certificateFiles.signature, [signature.value], { gzip: false });
  }
  await files.write(certificateFiles.certificate, [text], { gzip: false });
  // What an earlier certificate had in this folder would stand beside the new one as if it were part of it.
  files.publish(Object.values(certificateFiles));
  return ok(certificate);
}

async function writeBound(files: StagedFiles, name: string, pieces: Pieces): Promise<BoundFile> {
  let bytes = 0;
  const counted = async function* (): AsyncGenerator<string | Uint8Array> {
    for await (const piece of pieces) {
      bytes += Buffer.byteLength(piece);
      yield piece;
    }
  };
  const hash = await files.write(name, counted(), { gzip: false });
  return { bytes, sha256: hash };
}

async function* linesOf(
  { tables, manifestSha256 }: CertificateInput,
  summary: CertificateSummary,
  problems: Diagnostic[],
): AsyncGenerator<string> {
  let previous: TableResult | null = null;
  for await (const table of tables) {
    problems.push(...contradictionsIn(table), ...orderProblem(previous, table));
    if (problems.length >= mostProblems) return;
    previous = table;
    const chain = chainOf(table, manifestSha256);
    summary.add(table, chain);
    yield `${canonicalJson({ ...table, chain })}\n`;
  }
}

function orderProblem(previous: TableResult | null, table: TableResult): readonly Diagnostic[] {
  if (previous === null) return [];
  const order = compareText(previous.database, table.database) || compareText(previous.table, table.table);
  if (order < 0) return [];
  return [
    diagnostic({
      code: 'certificate-order',
      path: `table:${table.database}.${table.table}`,
      message: 'The table appears twice or out of order.',
      fix: 'This is a bug in aws2openstack; please report it. The results must be sorted by database and table, each listed once.',
    }),
  ];
}
