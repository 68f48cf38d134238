import { moveRecords } from '../dns/move-records.js';
import { shownContent, shownKey } from '../dns/records.js';
import { CutoverError, PrerequisiteError } from '../machines/errors.js';
import type { MachineChange } from '../machines/machine-record.js';
import type { Launch } from '../services/migration-service.js';
import { happened } from './step.js';
import type { StepCall } from './step.js';

type Names =
  | { readonly is: 'moved'; readonly events: NonNullable<MachineChange['events']> }
  | { readonly is: 'waiting'; readonly what: string };

/** A machine is cut over when its names lead to it: until then, a failure rolls it back. */
export async function moveNames(call: StepCall, { address, addresses }: Launch): Promise<Names> {
  const { ports, context } = call;
  const { dns, targetVmName } = call.record.payload;
  if (dns === undefined) return { is: 'moved', events: [] };
  if (ports.dns === undefined)
    throw new PrerequisiteError(`The machine has names in ${dns.zone}, and no DNS service is configured here.`);
  const found = dns.addresses ?? addresses ?? (address === undefined ? [] : [address]);
  if (found.length === 0)
    throw new CutoverError(
      'The service does not tell the address of the target, so its names cannot lead there: set dns.addresses of the machine.',
    );
  const moved = await moveRecords(ports.dns, { dns, targetVmName }, found, context);
  if (moved.is === 'waiting') return moved;
  return {
    is: 'moved',
    events: moved.moves.map((move) =>
      happened(
        call,
        'done',
        `DNS: ${shownKey(move)} was ${shownContent(move.before)} and is ${shownContent(move.after)}.`,
      ),
    ),
  };
}
