import { join } from 'node:path';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { RunLock } from '../../core/run-lock.js';
import { StagedFiles } from '../../core/staged-files.js';
import { planFromFiles } from '../../mappings/index.js';
import { renderMarkdown, renderPdf } from '../../papers/index.js';
import { failed, printDiagnostics } from '../io.js';
import type { CliIo, ExitCode } from '../io.js';
import type { ReportFormat } from './command.js';
import { outlookOf } from './outlook.js';
import { decisionPaper } from './paper.js';

export interface ReportOptions {
  readonly assessment: string;
  readonly mapping: string;
  readonly var: Readonly<Record<string, string>>;
  readonly output: string;
  readonly format: readonly ReportFormat[];
  /** MB/s. */
  readonly rate: number;
  readonly json: boolean;
}

const fileNames: Readonly<Record<ReportFormat, string>> = {
  pdf: 'migration-report.pdf',
  markdown: 'migration-report.md',
};

export async function report(options: ReportOptions, io: CliIo): Promise<ExitCode> {
  const { assessment, mapping, var: variables, output, format, rate, json } = options;
  const planned = await planFromFiles({ assessment, mapping, variables });
  if (!planned.ok) return failed(io, planned.error);
  printDiagnostics(io, planned.value.warnings);
  const paper = decisionPaper(planned.value, outlookOf(planned.value, rate), rate);
  const files = new Map<string, string | Uint8Array>();
  if (format.includes('markdown')) files.set(fileNames.markdown, renderMarkdown(paper));
  if (format.includes('pdf')) {
    const pdf = await renderPdf(paper);
    if (!pdf.ok) return failed(io, pdf.error);
    files.set(fileNames.pdf, pdf.value);
  }
  const problem = await tryToWrite(output, files);
  if (problem !== null) return failed(io, [problem]);
  const paths = [...files.keys()].map((name) => join(output, name));
  io.stdout.write(
    json ? `${JSON.stringify({ kind: 'DecisionPaper', files: paths })}\n` : paths.map((path) => `${path}\n`).join(''),
  );
  return 0;
}

/** In the folder of the report, while it is written. */
const stagingFolder = '.migration-report';

async function tryToWrite(
  output: string,
  contents: ReadonlyMap<string, string | Uint8Array>,
): Promise<Diagnostic | null> {
  try {
    const lock = await RunLock.acquire(join(output, stagingFolder), 'aws2openstack report');
    if (!lock.ok) return beingWritten(output, lock.error.pid);
    try {
      const files = StagedFiles.open(output, join(output, stagingFolder, 'files'));
      try {
        for (const [name, content] of contents) await files.write(name, [content], { gzip: false });
        files.publish();
      } finally {
        files.discard();
      }
    } finally {
      lock.value.release();
    }
    return null;
  } catch (error) {
    return cannotWrite(output, error);
  }
}

function beingWritten(output: string, pid: number): Diagnostic {
  return diagnostic({
    code: 'report-being-written',
    path: output,
    message: `The process ${pid} is writing a report to this folder.`,
    fix: 'Wait until it has ended, or choose another folder with --output.',
  });
}

function cannotWrite(path: string, error: unknown): Diagnostic {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) throw error;
  return diagnostic({
    code: 'cannot-write',
    path,
    message: `The report cannot be written (${code}).`,
    fix: 'Set `--output` to a writable folder with free space.',
  });
}
