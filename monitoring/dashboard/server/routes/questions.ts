import type { FastifyInstance } from 'fastify';
import type { State } from '../../../../state/index.js';
import { answer, questions } from '../../../questions/index.js';
import { refuse } from '../access.js';
import { statusOf } from '../failures.js';
import { queryInput } from '../query-input.js';
import { problems } from './problems-schema.js';

/** `GET /api/questions/<name>`: each with its own schema. */
export function questionRoutes(app: FastifyInstance, state: State): void {
  for (const question of questions) {
    app.get(
      `/api/questions/${question.name}`,
      {
        config: { access: 'viewer' },
        // The question checks its input itself, for each of its doors.
        validatorCompiler: () => () => true,
        schema: {
          operationId: question.name,
          summary: question.title,
          description: question.description,
          tags: ['questions'],
          querystring: question.input,
          response: { 200: { description: question.title, ...question.output }, '4xx': problems },
        },
      },
      async (request, reply) => {
        const answered = await answer(state, question, queryInput(question.input, request.query as never));
        if (!answered.ok) return refuse(reply, statusOf(answered.error), ...answered.error);
        return await reply.send(answered.value);
      },
    );
  }
}
