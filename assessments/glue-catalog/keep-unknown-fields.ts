import type { Glue } from '@aws-sdk/client-glue';

interface AnswerBody {
  body?: unknown;
}

/**
 * Makes the client return the fields that its own model does not know: the SDK drops them, and a newer Glue would be read
 * as if it had said nothing.
 */
export function keepUnknownFields({ middlewareStack }: Glue): void {
  middlewareStack.addRelativeTo(bufferBody, {
    name: 'bufferBody',
    relation: 'after',
    toMiddleware: 'deserializerMiddleware',
  });
  middlewareStack.addRelativeTo(restoreFields, {
    name: 'restoreFields',
    relation: 'before',
    toMiddleware: 'deserializerMiddleware',
  });
}

interface Step {
  readonly response: unknown;
  readonly output: unknown;
}

/** Nearest to the network: a body can be read once, so its bytes take its place. */
function bufferBody<Args, Result extends Pick<Step, 'response'>>(next: (args: Args) => Promise<Result>) {
  return async (args: Args): Promise<Result> => {
    const result = await next(args);
    const response = result.response as AnswerBody;
    if (isByteStream(response.body)) response.body = await bytesOf(response.body);
    return result;
  };
}

/** Sees the answer that the SDK made of those bytes. */
function restoreFields<Args, Result extends Step>(next: (args: Args) => Promise<Result>) {
  return async (args: Args): Promise<Result> => {
    const result = await next(args);
    const { body } = result.response as AnswerBody;
    if (body instanceof Uint8Array && body.length > 0)
      restore(JSON.parse(Buffer.from(body).toString()) as unknown, result.output);
    return result;
  };
}

/** Adds to the parsed answer what only the original has. A time is a number there and a Date here: it is complete. */
function restore(original: unknown, parsed: unknown): void {
  if (!isObject(original) || !isObject(parsed) || parsed instanceof Date) return;
  for (const [name, value] of Object.entries(original)) {
    if (value === null) continue;
    if (Object.hasOwn(parsed, name)) restore(value, parsed[name]);
    // Not by assignment: the name may be `__proto__`.
    else Object.defineProperty(parsed, name, { value, enumerable: true, configurable: true, writable: true });
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isByteStream(body: unknown): body is AsyncIterable<Uint8Array> {
  return isObject(body) && Symbol.asyncIterator in body;
}

async function bytesOf(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
