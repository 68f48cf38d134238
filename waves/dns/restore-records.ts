import { MigrationError, PrerequisiteError, TransientError } from '../machines/errors.js';
import type { RolledBack, ServiceContext } from '../services/migration-service.js';
import { asMemory, dnsMemoryOf } from './dns-memory.js';
import type { RememberedMove } from './dns-memory.js';
import type { DnsService } from './dns-service.js';
import { isSameContent, shownContent, shownKey } from './records.js';

/** After so many attempts, the rollback of the machine does not wait any longer. */
const mostAttempts = 6;

/**
 * Puts the record sets back that `moveRecords` has changed, exactly as they were. One that somebody has changed since stays,
 * and is named. Throws a TransientError until it is done, a limited number of times.
 */
export async function restoreRecords(service: DnsService | undefined, context: ServiceContext): Promise<RolledBack> {
  const known = dnsMemoryOf(context.memory());
  if (known === undefined) return { restored: [], notRestored: [] };
  const attempts = (known.attempts ?? 0) + 1;
  const moves = [...known.moves];
  const remember = (): Promise<void> => context.remember(asMemory({ is: 'restoring', moves, attempts }));
  await remember();
  const restored: string[] = [];
  const notRestored: { what: string; why: string }[] = [];
  const passing: string[] = [];
  for (const [index, move] of moves.entries()) {
    const done = await restoreOne(service, move, context, async (ticket) => {
      if (ticket !== undefined) moves[index] = { ...move, ticket };
      await remember();
    });
    if (done.is === 'untouched') continue;
    if (done.passes) passing.push(`${shownKey(move)}: ${done.why}`);
    const before = shownContent(move.before);
    if (done.is === 'failed')
      notRestored.push({ what: `DNS: ${shownKey(move)}, which was ${before} before`, why: done.why });
    else restored.push(`DNS: ${shownKey(move)} is ${before} again${done.passes ? `; ${done.why}` : ''}`);
  }
  if (passing.length > 0 && attempts < mostAttempts)
    throw new TransientError(`The DNS records are not restored yet: ${passing.join('; ')}`);
  await context.remember(asMemory({ is: 'restored', moves, attempts }));
  return { restored, notRestored };
}

type Restored =
  | { readonly is: 'untouched' }
  | { readonly is: 'failed'; readonly why: string; readonly passes: boolean }
  | { readonly is: 'restored'; readonly why: string; readonly passes: boolean };

/** `remember` is called before the record is changed, and with the ticket afterwards; it throws Fenced. */
async function restoreOne(
  service: DnsService | undefined,
  move: RememberedMove,
  { signal }: ServiceContext,
  remember: (ticket?: string) => Promise<void>,
): Promise<Restored> {
  if (service === undefined) return failed(new PrerequisiteError('no DNS service is configured here'));
  const current = await tried(() => service.read(move, signal), signal);
  if (current instanceof Error) return failed(current);
  const isBefore = isSameContent(current, move.before);
  if (isBefore && move.ticket === null) return { is: 'untouched' };
  if (!isBefore && !isSameContent(current, move.after))
    return { is: 'failed', why: `somebody has changed it since, to ${shownContent(current)}`, passes: false };
  let { ticket } = move;
  if (!isBefore) {
    await remember();
    const written = await tried(() => service.write(move, move.before, signal), signal);
    if (written instanceof Error) return failed(written);
    await remember(written);
    ticket = written;
  }
  const progress = await tried(() => service.progress(ticket ?? '', signal), signal);
  if (progress instanceof Error) return failed(progress);
  const isPending = progress === 'pending';
  return { is: 'restored', why: isPending ? 'not all name servers answer so yet' : '', passes: isPending };
}

/** The answer, or the error. Rethrows what ends the step. */
async function tried<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T | Error> {
  try {
    return await call();
  } catch (error) {
    signal.throwIfAborted();
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Of an error that is not the service's, nobody knows whether it passes. */
function failed(error: Error): Restored {
  const isPermanent = error instanceof MigrationError && !(error instanceof TransientError);
  return { is: 'failed', why: error.message, passes: !isPermanent };
}
