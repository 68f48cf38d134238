import { explainAsset, planFromFiles } from '../../mappings/index.js';
import { failed } from '../io.js';
import type { CliIo, ExitCode } from '../io.js';
import { describeExplanations, describeSizing } from './view.js';

export interface ExplainOptions {
  readonly assessment: string;
  readonly mapping: string;
  readonly var: Readonly<Record<string, string>>;
  readonly json?: boolean;
}

export async function explain(asset: string, { json, ...files }: ExplainOptions, io: CliIo): Promise<ExitCode> {
  const planned = await planFromFiles({ ...files, variables: files.var });
  if (!planned.ok) return failed(io, planned.error);
  const { assessment, template, plan } = planned.value;
  if (asset === 'sizing') {
    const { figures } = plan.size;
    io.stdout.write(json === true ? `${JSON.stringify(figures)}\n` : describeSizing(figures));
    return 0;
  }
  const explained = explainAsset(asset, assessment, template, plan);
  if (!explained.ok) return failed(io, explained.error);
  io.stdout.write(json === true ? `${JSON.stringify(explained.value)}\n` : describeExplanations(explained.value));
  return 0;
}
