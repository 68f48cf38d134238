import { setTimeout as delay } from 'node:timers/promises';
import type { FeedMessage } from '../../monitoring/dashboard/server/events/feed.js';
import { sessionCookie } from './dashboard.js';

/** A browser that listens to server-sent events: it comes back by itself, with the id of its last event. */
export class EventViewer {
  readonly messages: FeedMessage[] = [];
  /** How often it was connected. */
  connections = 0;
  readonly #stop = new AbortController();
  readonly #ended: Promise<void>;
  #lastId = '';

  constructor(
    private readonly origin: string,
    private readonly cookie = sessionCookie('viewer'),
  ) {
    this.#ended = this.#listen();
  }

  /** The changes of jobs that it was told of, as `job fence`. */
  get changes(): ReadonlySet<string> {
    return new Set(
      this.messages.flatMap((message) => (message.event === 'job' ? `${message.data.job} ${message.data.fence}` : [])),
    );
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#ended;
  }

  async #listen(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await this.#connect(signal).catch(() => undefined);
      await delay(20, undefined, { signal }).catch(() => undefined);
    }
  }

  async #connect(signal: AbortSignal): Promise<void> {
    const response = await fetch(`${this.origin}/api/events`, {
      signal,
      headers: {
        cookie: this.cookie,
        ...(this.#lastId !== '' && { 'last-event-id': this.#lastId }),
      },
    });
    if (response.body === null || !response.ok) return;
    this.connections += 1;
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      text += decoder.decode(chunk, { stream: true });
      const frames = text.split('\n\n');
      text = frames.pop() ?? '';
      for (const frame of frames) this.#take(frame);
    }
  }

  #take(frame: string): void {
    const fields = new Map(
      frame.split('\n').map((line) => [line.split(': ', 1)[0] ?? '', line.slice(line.indexOf(': ') + 2)]),
    );
    const [id, event, data] = ['id', 'event', 'data'].map((name) => fields.get(name));
    if (id !== undefined) this.#lastId = id;
    if (event !== undefined && data !== undefined)
      this.messages.push({
        event,
        ...(id !== undefined && { id }),
        data: JSON.parse(data) as unknown,
      } as unknown as FeedMessage);
  }
}
