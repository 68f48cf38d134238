import type { FastifyInstance } from 'fastify';
import type { Feed, FeedMessage } from '../events/feed.js';

const keepAliveMs = 15_000;
/** A viewer that leaves more bytes than this unread for so long is cut off; it comes back with the id of its last event. */
const mostBuffered = 1_000_000;
const longestBehindMs = 20_000;

/** `GET /api/events`: server-sent events; `Last-Event-ID` goes on where a viewer was cut off. */
export function eventRoute(app: FastifyInstance, feed: Feed): void {
  app.get(
    '/api/events',
    {
      config: { access: 'viewer', compress: false },
      schema: {
        operationId: 'events',
        summary: 'Changes of jobs and progress of migrations, as server-sent events',
        tags: ['live'],
        produces: ['text/event-stream'],
      },
    },
    async (request, reply) => {
      const last = request.headers['last-event-id'];
      const { raw } = reply.hijack();
      raw.writeHead(200, {
        ...(reply.getHeaders() as Record<string, string>),
        'Content-Type': 'text/event-stream; charset=utf-8',
        'X-Accel-Buffering': 'no',
        'Cache-Control': 'no-store',
      });
      raw.write('retry: 2000\n\n');
      const alive = setInterval(() => raw.write(': alive\n\n'), keepAliveMs);
      let behindSince: number | undefined;
      const viewer = (messages: readonly FeedMessage[]): void => {
        const now = performance.now();
        behindSince = raw.writableLength > mostBuffered ? (behindSince ?? now) : undefined;
        if (behindSince !== undefined && now - behindSince > longestBehindMs) raw.destroy();
        else raw.write(messages.map(frame).join(''));
      };
      const joined = feed.join(viewer, typeof last === 'string' ? last : undefined);
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

function frame(message: FeedMessage): string {
  const id = 'id' in message ? `id: ${message.id}\n` : '';
  return `${id}event: ${message.event}\ndata: ${JSON.stringify(message.data)}\n\n`;
}
