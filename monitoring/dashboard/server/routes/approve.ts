import type { FastifyInstance } from 'fastify';
import { fail } from '../../../../core/result.js';
import { approveStep, steps } from '../../../../migration/cutover/index.js';
import type { StepName } from '../../../../migration/cutover/index.js';
import { appendAuditEvent, findAssessment } from '../../../../state/index.js';
import type { State } from '../../../../state/index.js';
import { guardAgainstForgery, onlyAdmins, refuse, signedIn } from '../access.js';
import { statusOf } from '../failures.js';
import { includes } from '../sign-in/roles.js';
import { problems } from './problems-schema.js';

interface ApprovalBody {
  readonly assessment_id: string;
  readonly step: StepName;
}

/** `POST /api/actions/approve`: approves the next step of a cutover, which the next `cutover go` then does. */
export function approveRoute(app: FastifyInstance, state: State): void {
  app.post<{ Body: ApprovalBody }>(
    '/api/actions/approve',
    {
      config: { access: 'operator' },
      onRequest: guardAgainstForgery(app),
      schema: {
        operationId: 'approve_step',
        summary: 'Approve the next step of a cutover',
        tags: ['actions'],
        body,
        response: { 200: answerSchema, '4xx': problems },
      },
    },
    async (request, reply) => {
      const { who, role } = signedIn(request);
      const { assessment_id: reference, step } = request.body;
      const assessment = await findAssessment(state, reference);
      if (!assessment.ok) return refuse(reply, statusOf(assessment.error), ...assessment.error);
      const isAdmin = includes(role, 'admin');
      const approved = isAdmin
        ? await approveStep(state, assessment.value.id, { step, by: who })
        : fail([onlyAdmins()]);
      await appendAuditEvent(state, {
        actor: who,
        action: 'approve',
        subject: { assessment_id: reference, step },
        outcome: approved.ok ? 'done' : 'refused',
        details: approved.ok ? {} : { problems: approved.error.map(({ message }) => message) },
      });
      if (!approved.ok) return refuse(reply, isAdmin ? statusOf(approved.error) : 403, ...approved.error);
      return { step, approved_by: who };
    },
  );
}

const body = {
  type: 'object',
  required: ['assessment_id', 'step'],
  additionalProperties: false,
  properties: {
    assessment_id: { type: 'string', minLength: 1, maxLength: 64 },
    step: { type: 'string', enum: Object.keys(steps) },
  },
} as const;

const answerSchema = {
  description: 'What was approved',
  type: 'object',
  properties: { step: { type: 'string' }, approved_by: { type: 'string' } },
} as const;
