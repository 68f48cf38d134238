import type { FastifyInstance } from 'fastify';
import { diagnostic } from '../../../../core/diagnostic.js';
import type { Diagnostic } from '../../../../core/diagnostic.js';
import { appendAuditEvent } from '../../../../state/index.js';
import type { State } from '../../../../state/index.js';
import type { OrderKind } from '../../../../waves/machines/index.js';
import { incompleteOrder, machinesToOrder, orderMachines } from '../../../actions/order-machines.js';
import type { MachineSelection, Ordered } from '../../../actions/order-machines.js';
import { guardAgainstForgery, onlyAdmins, refuse, signedIn } from '../access.js';
import { statusOf } from '../failures.js';
import { includes } from '../sign-in/roles.js';
import { problems } from './problems-schema.js';

interface OrderBody extends MachineSelection {
  readonly gate?: string;
  readonly reason?: string;
  /** Only says what would be touched. */
  readonly preview?: boolean;
  /** How many machines the preview said; with another number now, nothing is done. */
  readonly expected?: number;
}

const summaries: Readonly<Record<OrderKind, string>> = {
  approve: 'Give machines one of the approvals that their wave needs before its cutovers',
  test: 'Launch machines that are ready in an isolated network once more',
  cutover: 'Order the cutover of machines: it starts as soon as the rules of their wave allow it',
  rollback: 'Let machines run at their source again',
  finalize: 'End the migration of machines that were cut over; they cannot be rolled back afterwards',
};

const shownNames = 50;

/** `POST /api/actions/machines/<order>`: operators may preview, admins order; each order leaves an audit event. */
export function machineOrderRoutes(app: FastifyInstance, state: State): void {
  for (const [kind, summary] of Object.entries(summaries) as [OrderKind, string][]) {
    app.post<{ Body: OrderBody }>(
      `/api/actions/machines/${kind}`,
      {
        config: { access: 'operator' },
        onRequest: guardAgainstForgery(app),
        schema: {
          operationId: `${kind}_machines`,
          summary,
          tags: ['actions'],
          body,
          response: { 200: answerSchema, '4xx': problems },
        },
      },
      async (request, reply) => {
        const { who, role } = signedIn(request);
        const { preview = false, expected, gate, reason, ...selection } = request.body;
        const machines = await machinesToOrder(state, kind, selection);
        if (!machines.ok) return refuse(reply, statusOf(machines.error), ...machines.error);
        const ids = machines.value.map(({ migration_id }) => migration_id);
        const about = {
          machines: ids.length,
          names: ids.slice(0, shownNames),
          gates: [...new Set(machines.value.flatMap(({ open_gates }) => open_gates))].sort(),
        };
        if (preview) return { preview, ...about, done: 0, problems: [] };

        const audit = (outcome: 'refused' | 'done' | 'partly' | 'failed', details: object): Promise<void> =>
          appendAuditEvent(state, {
            actor: who,
            action: `wave-${kind}`,
            subject: { ...selection, machines: about.names, ...(gate !== undefined && { gate }) },
            outcome,
            details: { ...(reason !== undefined && { reason }), ...details },
          });
        const refusal = !includes(role, 'admin')
          ? { status: 403, problems: [onlyAdmins()] }
          : expectationFails(request.body, ids.length)
            ? { status: 409, problems: [notAsPreviewed(expected, ids.length)] }
            : { status: 400, problems: incompleteOrder({ kind, ...pick(gate, reason) }) };
        if (refusal.problems.length > 0) {
          await audit('refused', { problems: refusal.problems.map(({ message }) => message) });
          return refuse(reply, refusal.status, ...refusal.problems);
        }
        const order = { kind, by: who, at: new Date(), ...pick(gate, reason) };
        const ordered = await orderMachines(state, ids, order).catch(async (error: unknown) => {
          await audit('failed', { problems: ['The dashboard could not finish it because of an internal error.'] });
          throw error;
        });
        await audit(outcomeOf(ordered), {
          done: ordered.done,
          problems: ordered.problems.slice(0, shownNames).map(({ message }) => message),
        });
        return { preview, ...about, ...ordered };
      },
    );
  }
}

/** Machines that are named need no preview. */
function expectationFails({ machines, expected }: OrderBody, now: number): boolean {
  return expected === undefined ? machines === undefined : expected !== now;
}

function pick(
  gate: string | undefined,
  reason: string | undefined,
): { readonly gate?: string; readonly reason?: string } {
  return { ...(gate !== undefined && { gate }), ...(reason !== undefined && { reason }) };
}

function outcomeOf({ done, problems: left }: Ordered): 'done' | 'partly' | 'failed' {
  return left.length === 0 ? 'done' : done === 0 ? 'failed' : 'partly';
}

/** As waves/payload/payload.schema.json has them. */
const name = { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}$' } as const;

const body = {
  type: 'object',
  additionalProperties: false,
  properties: {
    machines: { type: 'array', minItems: 1, maxItems: 1000, items: name },
    wave: name,
    application: name,
    gate: name,
    reason: { type: 'string', minLength: 1, maxLength: 500 },
    preview: { type: 'boolean' },
    expected: { type: 'integer', minimum: 0 },
  },
} as const;

const answerSchema = {
  description: 'What was, or would be, ordered',
  type: 'object',
  properties: {
    preview: { type: 'boolean' },
    machines: { type: 'integer', description: 'Machines that it is about.' },
    names: { type: 'array', items: { type: 'string' }, description: `The first ${shownNames} of their migrationIds.` },
    gates: { type: 'array', items: { type: 'string' }, description: 'Approvals that some of them still need.' },
    done: { type: 'integer' },
    problems: problems.properties.errors,
  },
} as const;

function notAsPreviewed(expected: number | undefined, now: number): Diagnostic {
  return diagnostic({
    code: 'not-as-previewed',
    message: `The order now affects ${now} machines; ${expected === undefined ? '`expected` is missing' : `${expected} were expected`}.`,
    fix: 'Preview the order, and send the number of machines in the preview as `expected`.',
  });
}
