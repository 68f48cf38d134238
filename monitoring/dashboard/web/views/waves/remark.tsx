import { printable } from '../../../../../core/diagnostic.js';
import type { Answers } from '../../api/answers.js';
import { Bar } from '../../ui/bar.js';

type Machine = Answers['list_wave_machines']['items'][number];

/** What a machine waits for, how far its copy is, or why it failed. */
export function Remark({ machine }: { readonly machine: Machine }) {
  const { status, waits_for, error, copied_bytes, total_bytes, migration_id } = machine;
  if (waits_for !== null) return <>waits for {printable(waits_for)}</>;
  if (status === 'REPLICATING' && copied_bytes !== null && total_bytes !== null)
    return <Bar done={copied_bytes} total={total_bytes} label={`Copied of ${printable(migration_id)}`} />;
  if (status === 'CUT_OVER') return <>waits for the order to finalize or to roll back</>;
  return <>{error === null ? '' : printable(`${error.name}: ${error.message}`)}</>;
}
