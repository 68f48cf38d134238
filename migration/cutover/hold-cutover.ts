import { setTimeout as delay } from 'node:timers/promises';
import { hostname } from 'node:os';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { appendCutoverEvent, cutoverEvents, keepCutover, releaseCutover, takeCutover } from '../../state/index.js';
import type { Cutover, CutoverEvent, CutoverStatus, HeldCutover, State } from '../../state/index.js';
import type { CutoverLog } from './run-cutover.js';

export interface HoldOptions {
  readonly signal: AbortSignal;
  /** After each event. */
  readonly onEvent: (event: CutoverEvent) => void;
  /** Another process may have been killed: its lease is waited for. */
  readonly onWait: (holder: string) => void;
  /** @default 30 */
  readonly leaseSeconds?: number;
}

export interface HeldLog extends CutoverLog {
  /** Aborted with the caller's, and when the cutover was lost. */
  readonly signal: AbortSignal;
  /** The cutover has this status when it is given back. */
  readonly endAs: (status: CutoverStatus) => void;
}

/**
 * Takes a cutover, so that no other process works on it, and gives it back afterwards. A process that is killed loses it
 * when its lease expires; one that lost it can store nothing.
 */
export async function withHeldCutover<T>(
  state: Pick<State, 'db'>,
  cutover: Cutover,
  { signal: stop, onEvent, onWait, leaseSeconds = 30 }: HoldOptions,
  work: (log: HeldLog) => Promise<Result<T>>,
): Promise<Result<T>> {
  const held = await take(state, cutover, { stop, onWait, leaseSeconds });
  if (held === undefined) return fail([heldElsewhere(cutover)]);
  const lost = new AbortController();
  const over = new AbortController();
  let end: CutoverStatus | undefined;
  const keeping = keep(state, held, { leaseSeconds, over: over.signal, lost });
  try {
    const events = [...(await cutoverEvents(state, cutover.id))];
    return await work({
      steps: cutover.steps,
      events,
      signal: AbortSignal.any([stop, lost.signal]),
      endAs: (status) => (end = status),
      append: async (event, status) => {
        const stored = await appendCutoverEvent(state, held, { ...event, number: events.length }, status);
        if (!stored.ok) return stored;
        events.push(stored.value);
        onEvent(stored.value);
        return ok(undefined);
      },
    });
  } finally {
    over.abort();
    await keeping;
    await releaseCutover(state, held, end);
  }
}

const pollMs = 500;

async function take(
  state: Pick<State, 'db'>,
  { id, holder }: Cutover,
  {
    stop,
    onWait,
    leaseSeconds,
  }: { readonly stop: AbortSignal } & Pick<HoldOptions, 'onWait'> & { readonly leaseSeconds: number },
): Promise<HeldCutover | undefined> {
  const until = performance.now() + (leaseSeconds + 2) * 1000;
  for (let hasToldSo = false; ;) {
    const held = await takeCutover(state, id, { holder: ownName(), leaseSeconds });
    if (held !== undefined || stop.aborted || performance.now() > until) return held;
    if (!hasToldSo) onWait(holder ?? 'another process');
    hasToldSo = true;
    await delay(pollMs, undefined, { signal: stop }).catch(() => undefined);
  }
}

async function keep(
  state: Pick<State, 'db'>,
  held: HeldCutover,
  {
    leaseSeconds,
    over,
    lost,
  }: { readonly leaseSeconds: number; readonly over: AbortSignal; readonly lost: AbortController },
): Promise<void> {
  let keptAt = performance.now();
  for (;;) {
    await delay((leaseSeconds * 1000) / 3, undefined, { signal: over }).catch(() => undefined);
    if (over.aborted) return;
    const askedAt = performance.now();
    // The database may be unavailable for a moment.
    const kept = await keepCutover(state, held, leaseSeconds).catch(() => undefined);
    if (kept?.ok === true) keptAt = askedAt;
    else if (kept !== undefined || performance.now() - keptAt > leaseSeconds * 1000) {
      lost.abort();
      return;
    }
  }
}

function ownName(): string {
  return `${hostname()}, process ${process.pid}`;
}

function heldElsewhere({ holder }: Cutover): Diagnostic {
  return diagnostic({
    code: 'cutover-held',
    message: `Another process is working on this cutover${holder === null ? '' : ` (${holder})`}.`,
    fix: 'Wait until it has finished, or end that process; `aws2openstack cutover status` shows its progress.',
  });
}
