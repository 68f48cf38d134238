import { jsonIn } from '../../clients/openstack/index.js';
import type { CloudClient, CloudRequest, CloudService } from '../../clients/openstack/index.js';
import type { TransferFailure } from '../../clients/transfer/index.js';
import type { Result } from '../../core/result.js';
import { TransientError } from '../machines/index.js';
import { valueOf } from '../sources/failures.js';
import type { PermanentError } from '../sources/failures.js';

/** A cloud within one step: its failures are the step's errors. */
export class Cloud {
  constructor(
    private readonly client: CloudClient,
    readonly signal: AbortSignal,
    /** The error that a refusal ends the step with. */
    private readonly As: PermanentError,
  ) {}

  get name(): string {
    return this.client.name;
  }

  async projectId(): Promise<string> {
    return this.value(await this.client.access(), `${this.name} does not sign in`).projectId;
  }

  /** Nothing is thrown: the caller knows which refusals it expects. */
  send(request: Omit<CloudRequest, 'signal'>): ReturnType<CloudClient['send']> {
    return this.client.send({ ...request, signal: this.signal });
  }

  async get<T>(service: CloudService, path: string, what: string): Promise<T> {
    return this.json(await this.send({ method: 'GET', service, path }), what);
  }

  /** `undefined` where there is none. */
  async find<T>(service: CloudService, path: string, what: string): Promise<T | undefined> {
    const reply = await this.send({ method: 'GET', service, path });
    return !reply.ok && reply.error.status === 404 ? undefined : this.json(reply, what);
  }

  async post<T>(service: CloudService, path: string, json: unknown, what: string): Promise<T> {
    return this.json(await this.send({ method: 'POST', service, path, json }), what);
  }

  /** An action of a server or a volume, which answers with nothing or with something that nobody needs. */
  async act(service: CloudService, path: string, json: unknown, what: string): Promise<void> {
    this.value(await this.send({ method: 'POST', service, path, json }), what);
  }

  /** `kept` where the service refuses because something still uses it. */
  async remove(service: CloudService, path: string, what: string): Promise<'removed' | 'kept'> {
    const reply = await this.send({ method: 'DELETE', service, path });
    if (!reply.ok && reply.error.status === 404) return 'removed';
    // Cinder says so with 400.
    if (!reply.ok && (reply.error.status === 409 || reply.error.status === 400)) return 'kept';
    this.value(reply, what);
    return 'removed';
  }

  /** The value, or the step's error. */
  value<T>(result: Result<T, TransferFailure>, what: string): T {
    return valueOf(result, { what, As: this.As, signal: this.signal });
  }

  // The caller vouches for the shape, as of `get` and `post`.
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
  json<T>(result: Awaited<ReturnType<CloudClient['send']>>, what: string): T {
    return this.value(jsonIn<T>(this.value(result, what)), what);
  }

  refuse(message: string): never {
    throw new this.As(message);
  }

  /** Fails because something that should exist does not exist yet; the step is tried again. */
  notYet(message: string): never {
    throw new TransientError(message);
  }
}

export function query(parameters: Readonly<Record<string, string>>): string {
  return new URLSearchParams(parameters).toString().replaceAll('+', '%20');
}
