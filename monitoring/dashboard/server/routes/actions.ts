import type { FastifyInstance } from 'fastify';
import { diagnostic } from '../../../../core/diagnostic.js';
import type { Diagnostic } from '../../../../core/diagnostic.js';
import { appendAuditEvent } from '../../../../state/index.js';
import type { State, Steering } from '../../../../state/index.js';
import { jobsToSteer, steerings, steerJobs } from '../../../actions/steer-jobs.js';
import type { JobSelection } from '../../../actions/steer-jobs.js';
import { guardAgainstForgery, refuse, signedIn } from '../access.js';
import { statusOf } from '../failures.js';
import { includes } from '../sign-in/roles.js';
import { problems } from './problems-schema.js';

interface ActionBody extends JobSelection {
  /** Only says what would be touched. */
  readonly preview?: boolean;
  /** How many jobs the preview said; with another number now, nothing is done. */
  readonly expected?: number;
}

const shownTables = 50;

/** `POST /api/actions/<name>`: operators may preview, admins act; every action that was tried leaves an audit event. */
export function actionRoutes(
  app: FastifyInstance,
  { state, onProblem }: { readonly state: State; readonly onProblem: (problem: unknown) => void },
): void {
  for (const steering of steerings) {
    app.post<{ Body: ActionBody }>(
      `/api/actions/${steering}`,
      {
        config: { access: 'operator' },
        onRequest: guardAgainstForgery(app),
        schema: {
          operationId: `${steering}_jobs`,
          summary: summaries[steering],
          tags: ['actions'],
          body,
          response: { 200: answerSchema, '4xx': problems },
        },
      },
      async (request, reply) => {
        const { who, role } = signedIn(request);
        const { preview = false, expected, ...selection } = request.body;
        const audit = (outcome: 'done' | 'partly' | 'refused', subject: object, details: object): Promise<void> =>
          appendAuditEvent(state, { actor: who, action: steering, subject, outcome, details });

        const jobs = await jobsToSteer(state, steering, selection);
        if (!jobs.ok) return refuse(reply, statusOf(jobs.error), ...jobs.error);
        const tables = jobs.value.slice(0, shownTables).map(({ database, table }) => `${database}.${table}`);
        if (preview) return { preview: true, jobs: jobs.value.length, tables, done: 0, problems: [] };
        const subject = { ...selection, tables };
        const refusal = !includes(role, 'admin')
          ? { status: 403, problem: onlyAdmins() }
          : selection.status !== undefined && expected !== jobs.value.length
            ? { status: 409, problem: notAsPreviewed(expected, jobs.value.length) }
            : undefined;
        if (refusal !== undefined) {
          await audit('refused', subject, { problems: [refusal.problem.message] });
          return refuse(reply, refusal.status, refusal.problem);
        }
        const steered = await steerJobs(state, steering, jobs.value, onProblem);
        await audit(steered.problems.length === 0 ? 'done' : 'partly', subject, {
          done: steered.done,
          problems: steered.problems.slice(0, shownTables).map(({ path, message }) => `${path}: ${message}`),
        });
        return { preview: false, jobs: jobs.value.length, tables, ...steered };
      },
    );
  }
}

const summaries: Readonly<Record<Steering, string>> = {
  pause: 'Let tables rest: their workers end at the next checkpoint',
  resume: 'Go on with tables that were paused, or wait for a person',
  retry: 'Try tables again that failed or were cancelled',
  cancel: 'Give tables up; what was copied stays',
};

const body = {
  type: 'object',
  required: ['assessment_id'],
  additionalProperties: false,
  properties: {
    assessment_id: { type: 'string', minLength: 1, maxLength: 64 },
    jobs: { type: 'array', minItems: 1, maxItems: 1000, items: { type: 'string', format: 'uuid' } },
    status: { type: 'string', enum: ['PENDING', 'RUNNING', 'PAUSED', 'FAILED', 'CANCELLED'] },
    preview: { type: 'boolean' },
    expected: { type: 'integer', minimum: 0 },
  },
} as const;

const answerSchema = {
  description: 'What was, or would be, changed',
  type: 'object',
  properties: {
    preview: { type: 'boolean' },
    jobs: { type: 'integer', description: 'Jobs that it is about.' },
    tables: { type: 'array', items: { type: 'string' }, description: `The first ${shownTables} of their tables.` },
    done: { type: 'integer' },
    problems: problems.properties.errors,
  },
} as const;

function onlyAdmins(): Diagnostic {
  return diagnostic({
    code: 'role-not-enough',
    message: 'Only an admin may change jobs; an operator may preview it.',
    fix: 'Set `preview` to true, or sign in with the admin token.',
  });
}

function notAsPreviewed(expected: number | undefined, now: number): Diagnostic {
  return diagnostic({
    code: 'not-as-previewed',
    message: `The action is about ${now} jobs now; ${expected === undefined ? '`expected` is missing' : `${expected} were expected`}.`,
    fix: 'Preview the action, and send the number of jobs that it says as `expected`.',
  });
}
