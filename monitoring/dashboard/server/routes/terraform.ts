import type { FastifyInstance } from 'fastify';
import { assessmentsOfOutput, assessmentsWithNewerOutput, readOnly, shownId } from '../../../../state/index.js';
import type { State } from '../../../../state/index.js';
import { refuse } from '../access.js';
import type { TerraformFolder } from '../folders/terraform-folder.js';
import { noSuchAddress } from '../failures.js';
import { problems } from './problems-schema.js';

/** `GET /api/terraform`: the stacks that a synth wrote, and for which assessments; `/<stack>`: one of them. */
export function terraformRoutes(
  app: FastifyInstance,
  { state, terraform }: { readonly state: State; readonly terraform: TerraformFolder },
): void {
  app.get(
    '/api/terraform',
    {
      config: { access: 'viewer' },
      schema: {
        operationId: 'terraform',
        summary: 'The Terraform that was generated',
        tags: ['files'],
        response: { 200: answer, '4xx': problems },
      },
    },
    async (_request, reply) => {
      const read = terraform.read();
      if (!read.ok) return refuse(reply, 404, ...read.error);
      const { sha256, stacks, edited } = read.value;
      const { ids, replaced } = await readOnly(state, { timeoutMs: 10_000 }, async (reading) => {
        const found = await assessmentsOfOutput(reading, sha256);
        const newer = { outputSha256: sha256, assessmentIds: found };
        return { ids: found, replaced: await assessmentsWithNewerOutput(reading, newer) };
      });
      const shown = (all: readonly string[]): readonly string[] => all.map((id) => shownId(id));
      return { sha256, assessments: shown(ids), replaced: shown(replaced), edited, stacks };
    },
  );
  app.get<{ Params: { readonly stack: string } }>(
    '/api/terraform/:stack',
    {
      config: { access: 'viewer' },
      schema: {
        operationId: 'terraform_stack',
        summary: 'The Terraform of a stack, as JSON',
        tags: ['files'],
        params: { type: 'object', required: ['stack'], properties: { stack: { type: 'string', maxLength: 100 } } },
        response: { '4xx': problems },
      },
    },
    (request, reply) => {
      const text = terraform.textOf(request.params.stack);
      if (text === undefined) return refuse(reply, 404, noSuchAddress(request));
      if (!text.ok) return refuse(reply, 404, ...text.error);
      return reply.type('application/json; charset=utf-8').serializer(String).send(text.value);
    },
  );
}

const answer = {
  description: 'The stacks',
  type: 'object',
  properties: {
    sha256: { type: 'string', description: 'Over what synth wrote.' },
    assessments: {
      type: 'array',
      items: { type: 'string' },
      description: 'The assessments that the store has this Terraform recorded for, the most recent first.',
    },
    replaced: {
      type: 'array',
      items: { type: 'string' },
      description: 'Of these, the assessments for which other Terraform was recorded since.',
    },
    edited: {
      type: 'array',
      items: { type: 'string' },
      description: 'Paths of generated files that were changed or removed since the synth.',
    },
    stacks: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          name: { type: 'string' },
          bytes: { type: 'integer' },
          resources: {
            type: 'array',
            items: { type: 'object', properties: { type: { type: 'string' }, count: { type: 'integer' } } },
          },
        },
      },
    },
  },
} as const;
