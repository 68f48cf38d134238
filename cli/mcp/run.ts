import { sql } from 'kysely';
import { once } from 'node:events';
import { diagnostic, printable } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { ok } from '../../core/result.js';
import { toolVersion } from '../../core/tool-version.js';
import { QuestionStore } from '../../monitoring/mcp/question-store.js';
import { serveMcp } from '../../monitoring/mcp/server.js';
import type { ServedMcp } from '../../monitoring/mcp/server.js';
import { onStopSignals } from '../../core/stop-signals.js';
import { isStore, stateLocation } from '../../state/store/location.js';
import type { State } from '../../state/store/state.js';
import { failed, printDiagnostics } from '../io.js';
import type { CliIo, ExitCode } from '../io.js';

/** A question waits so long for a command that has the embedded store. */
const waitMs = 20_000;
/** Between the questions of one conversation, the embedded store stays open. */
const idleMs = 5_000;

export async function runMcp(io: CliIo): Promise<ExitCode> {
  const location = stateLocation(io.env, process.cwd());
  if (!location.ok) return failed(io, location.error);
  const store = new QuestionStore(location.value, { purpose: 'aws2openstack mcp', waitMs, idleMs });
  const stop = onStopSignals();
  try {
    // An existing embedded store is opened with the first question, and waited for while a command has it.
    if (location.value.engine === 'server' || !isStore(location.value.folder)) {
      const opened = await store.use(async ({ db }) => ok((await mayWrite(db)) ? [roleMayWrite()] : []));
      if (!opened.ok) return failed(io, opened.error);
      printDiagnostics(io, opened.value);
    }
    const server = serveMcp({
      version: toolVersion(),
      use: (action) => store.use(action),
      log: (line) => io.stderr.write(`${printable(line)}\n`),
    });
    await endOf(server, stop.signal);
    await server.close();
    return 0;
  } finally {
    stop.forget();
    await store.close();
  }
}

/** The client closed its input, or one of its messages cannot be read, or its output cannot be written. */
async function endOf(server: ServedMcp, signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await Promise.race([server.closed, once(signal, 'abort')]);
  // It would keep the process alive.
  process.stdin.destroy();
}

async function mayWrite(db: State['db']): Promise<boolean> {
  const { rows } = await sql<{ may: boolean }>`
    SELECT has_table_privilege('assessments', 'INSERT, UPDATE, DELETE') AS may`.execute(db);
  return rows[0]?.may === true;
}

function roleMayWrite(): Diagnostic {
  return diagnostic({
    code: 'role-may-write',
    severity: 'warning',
    path: 'DATABASE_URL',
    message:
      'The role in DATABASE_URL may write to the store, which is more than questions need: they run in read-only transactions.',
    fix: 'Use a login in the read-only role; `aws2openstack state grant --member read_only=LOGIN` adds one.',
  });
}
