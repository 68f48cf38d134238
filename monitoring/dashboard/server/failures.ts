import type { FastifyError, FastifyInstance, FastifyRequest } from 'fastify';
import { diagnostic } from '../../../core/diagnostic.js';
import type { Diagnostic } from '../../../core/diagnostic.js';
import { stateFailure } from '../../../state/store/failures.js';
import type { StateLocation } from '../../../state/index.js';
import { refuse } from './access.js';

/** Faults of a request are returned; faults of the server are only logged. */
export function answerFailures(
  app: FastifyInstance,
  { location, onProblem }: { readonly location: StateLocation; readonly onProblem: (problem: unknown) => void },
): void {
  app.setErrorHandler<FastifyError>(async (error, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status < 500) return refuse(reply, status, badRequest(status, error));
    onProblem(error);
    const ofStore = stateFailure(error, location);
    return refuse(reply, ofStore === undefined ? 500 : 503, ofStore ?? unexpected(request.id));
  });
}

/** 404 for what does not exist, 409 for what is not possible now, 503 for what took too long, else 400. */
export function statusOf(errors: readonly Diagnostic[]): number {
  if (errors.some(({ code }) => code === 'question-too-slow')) return 503;
  if (errors.some(({ code }) => code.startsWith('cutover-'))) return 409;
  const missing = [
    'nothing-stored',
    'unknown-assessment',
    'unknown-table',
    'unknown-database',
    'no-such-job',
    'no-cutover',
    'no-stored-statements',
    'wave-machine-unknown',
  ];
  return errors.some(({ code }) => missing.includes(code)) ? 404 : 400;
}

export function noSuchAddress({ url }: FastifyRequest): Diagnostic {
  return diagnostic({
    code: 'no-such-route',
    path: url.slice(0, 200),
    message: 'The address does not exist.',
    fix: 'Use an address of `/api/openapi.json`.',
  });
}

function badRequest(status: number, { code, message }: FastifyError): Diagnostic {
  if (['FST_CSRF_MISSING_SECRET', 'FST_CSRF_INVALID_TOKEN'].includes(code))
    return diagnostic({
      code: 'no-csrf-token',
      message: 'The request does not carry the token that the page received with its cookie.',
      fix: 'Reload the page, and try again; a program sends `csrf` from `/api/session` in the header X-CSRF-Token, with its cookie.',
    });
  return status === 429
    ? diagnostic({
        code: 'too-many-requests',
        message,
        fix: 'Wait for the number of seconds in the header Retry-After.',
      })
    : diagnostic({
        code: 'bad-request',
        message,
        fix: 'Correct the request; `/api/openapi.json` says what is allowed.',
      });
}

function unexpected(id: string): Diagnostic {
  return diagnostic({
    code: 'dashboard-failure',
    path: id,
    message: 'The dashboard could not answer because of an internal error.',
    fix: `Look for ${id} in the log of \`aws2openstack dashboard\` (its standard error).`,
  });
}
