import type { FastifyInstance } from 'fastify';
import { diagnostic } from '../../../../core/diagnostic.js';
import { refuse, signedIn } from '../access.js';
import type { Feed, FeedMessage } from '../events/feed.js';
import type { SessionEnds } from '../sign-in/session-ends.js';
import { problems } from './problems-schema.js';

const keepAliveMs = 15_000;
/** A viewer that leaves more bytes than this unread for so long is cut off; it comes back with the id of its last event. */
const mostBuffered = 1_000_000;
const longestBehindMs = 20_000;
const mostViewers = 1000;

/** `GET /api/events`: server-sent events; `Last-Event-ID`, or `last`, goes on where a viewer was cut off. */
export function eventRoute(app: FastifyInstance, feed: Feed, ends: SessionEnds): void {
  app.get<{ Querystring: { readonly last?: string } }>(
    '/api/events',
    {
      config: { access: 'viewer' },
      compress: false,
      schema: {
        operationId: 'events',
        summary: 'Changes of jobs and progress of migrations, as server-sent events',
        tags: ['live'],
        produces: ['text/event-stream'],
        querystring: {
          type: 'object',
          additionalProperties: false,
          properties: {
            last: { type: 'string', maxLength: 40, description: 'Id of the last event, where no header can say it.' },
          },
        },
        response: { '4xx': problems },
      },
    },
    async (request, reply) => {
      if (feed.size >= mostViewers) return refuse(reply, 503, tooManyViewers());
      const session = signedIn(request);
      const header = request.headers['last-event-id'];
      const last = typeof header === 'string' ? header : request.query.last;
      const { raw } = reply.hijack();
      raw.writeHead(200, {
        ...(reply.getHeaders() as Record<string, string>),
        'Content-Type': 'text/event-stream; charset=utf-8',
        'X-Accel-Buffering': 'no',
        'Cache-Control': 'no-store',
      });
      // Node.js would end the process for a write after the end.
      const write = (text: string): void => {
        if (!raw.writableEnded && !raw.destroyed) raw.write(text);
      };
      write('retry: 2000\n\n');
      const alive = setInterval(() => {
        ends.isOver(session).then(
          (isOver) => {
            if (isOver) raw.end();
            else write(': alive\n\n');
          },
          // A store that cannot be read for a while: nothing is sent meanwhile anyway.
          () => {
            write(': alive\n\n');
          },
        );
      }, keepAliveMs);
      let behindSince: number | undefined;
      const viewer = (messages: readonly FeedMessage[]): void => {
        const now = performance.now();
        behindSince = raw.writableLength > mostBuffered ? (behindSince ?? now) : undefined;
        if (behindSince !== undefined && now - behindSince > longestBehindMs) raw.destroy();
        else if (ends.isKnownOver(session)) raw.end();
        else write(messages.map(frame).join(''));
      };
      const joined = feed.join(viewer, last);
      const leave = (): void => {
        clearInterval(alive);
        void joined.then(
          (done) => {
            done();
          },
          () => undefined,
        );
      };
      raw.on('close', leave);
      // A store that cannot be read: the browser tries again.
      await joined.catch(() => raw.end());
    },
  );
}

function tooManyViewers() {
  return diagnostic({
    code: 'too-many-viewers',
    message: `${mostViewers} browsers are already listening for events.`,
    fix: 'Close other windows with live views, or try again later.',
  });
}

function frame(message: FeedMessage): string {
  const id = 'id' in message ? `id: ${message.id}\n` : '';
  return `${id}event: ${message.event}\ndata: ${JSON.stringify(message.data)}\n\n`;
}
