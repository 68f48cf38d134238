import { join } from 'node:path';
import { writeFileAtomically } from '../../core/atomic-file.js';
import { diagnostic } from '../../core/diagnostic.js';
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
  if (format.includes('markdown')) files.set(join(output, fileNames.markdown), renderMarkdown(paper));
  if (format.includes('pdf')) {
    const pdf = await renderPdf(paper);
    if (!pdf.ok) return failed(io, pdf.error);
    files.set(join(output, fileNames.pdf), pdf.value);
  }
  for (const [path, content] of files) {
    try {
      writeFileAtomically(path, content);
    } catch (error) {
      return failed(io, [cannotWrite(path, error)]);
    }
    if (!json) io.stdout.write(`${path}\n`);
  }
  if (json) io.stdout.write(`${JSON.stringify({ kind: 'DecisionPaper', files: [...files.keys()] })}\n`);
  return 0;
}

function cannotWrite(path: string, error: unknown) {
  return diagnostic({
    code: 'cannot-write',
    path,
    message: `The report cannot be written (${(error as NodeJS.ErrnoException).code ?? String(error)}).`,
    fix: 'Set `--output` to a writable folder with free space.',
  });
}
