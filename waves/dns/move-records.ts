import type { Payload } from '../payload/payload.js';
import type { ServiceContext } from '../services/migration-service.js';
import { asMemory, dnsMemoryOf } from './dns-memory.js';
import type { DnsMemory, RememberedMove } from './dns-memory.js';
import type { DnsService } from './dns-service.js';
import { planMoves } from './record-moves.js';
import { isSameContent, shownKey } from './records.js';

/** `waiting` until all name servers answer with the new records; `what` names those that do not yet. */
export type Moved =
  | { readonly is: 'moved'; readonly moves: readonly RememberedMove[] }
  | { readonly is: 'waiting'; readonly what: string };

/**
 * Points the machine's names at its new addresses. What was there before is remembered before anything is changed; after an
 * interruption, the same call goes on.
 */
export async function moveRecords(
  service: DnsService,
  payload: Pick<Payload, 'targetVmName'> & { readonly dns: NonNullable<Payload['dns']> },
  addresses: readonly string[],
  context: ServiceContext,
): Promise<Moved> {
  const { signal } = context;
  const remember = async (dns: DnsMemory): Promise<void> => context.remember(asMemory(dns));
  const known = dnsMemoryOf(context.memory());
  if (known?.is === 'moved') return { is: 'moved', moves: known.moves };
  const moves: RememberedMove[] = [
    ...(known?.moves ??
      (await planMoves(service, payload, addresses, signal)).map((move) => ({ ...move, ticket: null }))),
  ];
  if (known === undefined) await remember({ is: 'moving', moves });
  for (const [index, move] of moves.entries()) {
    if (move.ticket !== null) continue;
    const current = await service.read(move, signal);
    // What is restored later is what was there last.
    const before = isSameContent(current, move.after) ? move.before : current;
    if (before !== move.before) moves[index] = { ...move, before };
    await remember({ is: 'moving', moves });
    const ticket = await service.write(move, move.after, signal);
    moves[index] = { ...move, before, ticket };
    await remember({ is: 'moving', moves });
  }
  const pending: string[] = [];
  for (const move of moves)
    if ((await service.progress(move.ticket ?? '', signal)) === 'pending') pending.push(shownKey(move));
  if (pending.length > 0) return { is: 'waiting', what: pending.join(', ') };
  await remember({ is: 'moved', moves });
  return { is: 'moved', moves };
}
