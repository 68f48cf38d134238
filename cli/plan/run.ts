import { statSync } from 'node:fs';
import { writeFileAtomically } from '../../core/atomic-file.js';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { diffPlans, planDocument, planFromFiles } from '../../mappings/index.js';
import type { PlannedFiles } from '../../mappings/index.js';
import { failed, printDiagnostics } from '../io.js';
import type { CliIo, ExitCode } from '../io.js';
import { describeChanges, describePlan } from './view.js';

export interface PlanOptions {
  readonly assessment: string;
  readonly mapping: string;
  readonly var: Readonly<Record<string, string>>;
  readonly diff?: string;
  readonly output?: string;
  readonly json?: boolean;
}

export async function plan(options: PlanOptions, io: CliIo): Promise<ExitCode> {
  const planned = await planFromFiles({ ...options, variables: options.var });
  if (!planned.ok) return failed(io, planned.error);
  printDiagnostics(io, planned.value.warnings);
  const document = planDocument(planned.value.plan);
  if (options.output !== undefined) {
    const problem = tryToWrite(options.output, `${JSON.stringify({ kind: 'Plan', ...document }, null, 1)}\n`);
    if (problem !== null) return failed(io, [problem]);
  }
  if (options.diff !== undefined) return diff(options.diff, planned.value, options, io);
  io.stdout.write(
    options.json === true
      ? `${JSON.stringify({ kind: 'Plan', ...document })}\n`
      : describePlan(planned.value, options.output),
  );
  return 0;
}

/** `other` names the earlier template or assessment; the options name the current ones. */
async function diff(other: string, now: PlannedFiles, options: PlanOptions, io: CliIo): Promise<ExitCode> {
  const isAssessment = other.endsWith('.json') || (statSync(other, { throwIfNoEntry: false })?.isDirectory() ?? false);
  const before = await planFromFiles({
    assessment: isAssessment ? other : options.assessment,
    mapping: isAssessment ? options.mapping : other,
    // Another template may declare other variables, so none are passed on to it.
    variables: isAssessment ? options.var : {},
  });
  if (!before.ok) return failed(io, before.error);
  const changes = diffPlans(before.value.plan, now.plan);
  io.stdout.write(options.json === true ? `${JSON.stringify(changes)}\n` : describeChanges(changes, other));
  return 0;
}

function tryToWrite(path: string, text: string): Diagnostic | null {
  try {
    writeFileAtomically(path, text);
    return null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return diagnostic({
      code: 'cannot-write',
      path,
      message: `The Plan cannot be written (${code ?? String(error)}).`,
      fix: 'Set `--output` to a path in a writable folder with free space.',
    });
  }
}
