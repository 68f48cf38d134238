import { join } from 'node:path';
import { printable } from '../../core/diagnostic.js';
import { describeLakehouse } from '../lakehouse-view.js';
import type { Plan } from '../../mappings/index.js';
import type { StoredAs } from '../../state/recording/stored-as.js';

/** For people: where the Terraform is and what to run next. */
export function describeWritten(
  output: string,
  plan: Parameters<typeof describeLakehouse>[0] & Pick<Plan, 'tables'>,
  status: 'written' | 'unchanged',
): string {
  const helpers = plan.tables.flatMap((table) => table.helpers).length;
  const made =
    helpers === 0
      ? ''
      : `The registration makes ${helpers} helper tables, which only administrators reach; aws2openstack explain <table> names them.\n`;
  const done =
    status === 'written'
      ? `The Terraform is in ${output}.`
      : `The Terraform in ${output} is already that of these inputs; nothing was written.`;
  return `${done}\n${describeLakehouse(plan)}\n${made}Next: npx cdktf deploy lakehouse-storage lakehouse --skip-synth --output ${output}, or terraform in each folder of ${join(output, 'stacks')}.\n`;
}

/** For `--check`. */
export function describeCurrent(output: string): string {
  return `The Terraform in ${output} is that of these inputs.\n`;
}

/** A warning from a construct. */
export function describeWarning(warning: string): string {
  return `warning: ${printable(warning)}\n`;
}

export function describeStored({ id, place }: StoredAs): string {
  return `Stored with ${id} in ${place}\n`;
}
