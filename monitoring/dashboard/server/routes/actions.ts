import type { FastifyInstance } from 'fastify';
import { diagnostic } from '../../../../core/diagnostic.js';
import type { Diagnostic } from '../../../../core/diagnostic.js';
import { appendAuditEvent } from '../../../../state/index.js';
import type { State } from '../../../../state/index.js';
import { actOnJobs, jobsToActOn } from '../../../actions/act-on-jobs.js';
import type { ActedOn, JobSelection } from '../../../actions/act-on-jobs.js';
import { jobActions } from '../../../actions/job-actions.js';
import { guardAgainstForgery, onlyAdmins, refuse, signedIn } from '../access.js';
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
  for (const action of jobActions) {
    app.post<{ Body: ActionBody }>(
      `/api/actions/${action.name}`,
      {
        config: { access: 'operator' },
        onRequest: guardAgainstForgery(app),
        schema: {
          operationId: `${action.name.replaceAll('-', '_')}_jobs`,
          summary: action.summary,
          tags: ['actions'],
          body,
          response: { 200: answerSchema, '4xx': problems },
        },
      },
      async (request, reply) => {
        const { who, role } = signedIn(request);
        const { preview = false, expected, ...selection } = request.body;

        const jobs = await jobsToActOn(state, action, selection);
        if (!jobs.ok) return refuse(reply, statusOf(jobs.error), ...jobs.error);
        const tables = jobs.value.slice(0, shownTables).map(({ database, table }) => `${database}.${table}`);
        if (preview) return { preview: true, jobs: jobs.value.length, tables, done: 0, problems: [] };
        const audit = (outcome: 'refused' | 'done' | 'partly' | 'failed', details: object): Promise<void> =>
          appendAuditEvent(state, {
            actor: who,
            action: action.name,
            subject: { ...selection, tables },
            outcome,
            details,
          });
        const refusal = !includes(role, 'admin')
          ? { status: 403, problem: onlyAdmins() }
          : selection.status !== undefined && expected !== jobs.value.length
            ? { status: 409, problem: notAsPreviewed(expected, jobs.value.length) }
            : undefined;
        if (refusal !== undefined) {
          await audit('refused', { problems: [refusal.problem.message] });
          return refuse(reply, refusal.status, refusal.problem);
        }
        const acted = await actOnJobs(state, action, jobs.value, onProblem).catch(async (error: unknown) => {
          await audit('failed', { problems: ['The dashboard could not finish it because of an internal error.'] });
          throw error;
        });
        await audit(outcomeOf(acted), {
          done: acted.done,
          problems: acted.problems.slice(0, shownTables).map(({ path, message }) => `${path}: ${message}`),
        });
        const { done, problems } = acted;
        return { preview: false, jobs: jobs.value.length, tables, done, problems: problems.slice(0, shownTables) };
      },
    );
  }
}

function outcomeOf({ done, problems: left }: ActedOn): 'done' | 'partly' | 'failed' {
  return left.length === 0 ? 'done' : done === 0 ? 'failed' : 'partly';
}

const body = {
  type: 'object',
  required: ['assessment_id'],
  additionalProperties: false,
  properties: {
    assessment_id: { type: 'string', minLength: 1, maxLength: 64 },
    jobs: { type: 'array', minItems: 1, maxItems: 1000, items: { type: 'string', format: 'uuid' } },
    status: { type: 'string', enum: [...new Set(jobActions.flatMap(({ from }) => from))] },
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
    problems: { ...problems.properties.errors, description: `The first ${shownTables} of what could not be done.` },
  },
} as const;

function notAsPreviewed(expected: number | undefined, now: number): Diagnostic {
  return diagnostic({
    code: 'not-as-previewed',
    message: `The action now affects ${now} jobs; ${expected === undefined ? '`expected` is missing' : `${expected} were expected`}.`,
    fix: 'Preview the action, and send the number of jobs in the preview as `expected`.',
  });
}
