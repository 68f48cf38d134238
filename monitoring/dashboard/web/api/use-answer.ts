import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { formatAddress } from '../url/address.js';
import { changed } from '../url/address.js';
import type { QueryChange } from '../url/address.js';
import type { Answers } from './answers.js';
import { request, RequestFailed } from './request.js';

export type Loadable<T> =
  | { readonly state: 'loading'; readonly before: T | undefined }
  | { readonly state: 'failed'; readonly failure: RequestFailed }
  | { readonly state: 'done'; readonly value: T };

export async function ask<Name extends keyof Answers>(
  name: Name,
  input: QueryChange,
  signal?: AbortSignal,
): Promise<Answers[Name]> {
  const url = formatAddress({ path: `/api/questions/${name}`, query: changed({}, input) });
  return (await request(url, signal === undefined ? {} : { signal })) as Answers[Name];
}

/** Asks when the input changes, or `again` does; what was answered before stays in sight meanwhile. */
export function useAnswer<Name extends keyof Answers>(
  name: Name,
  input: QueryChange | undefined,
  again: unknown = 0,
): Loadable<Answers[Name]> {
  return useRequest(
    async (signal) => (input === undefined ? undefined : await ask(name, input, signal)),
    [name, JSON.stringify(input), again],
  );
}

/** The same for any request; `undefined` asks nothing yet. */
export function useRequest<T>(
  load: (signal: AbortSignal) => Promise<T | undefined>,
  inputs: readonly unknown[],
): Loadable<T> {
  const [answer, setAnswer] = useState<Answered<T>>();
  const last = useRef<T | undefined>(undefined);
  // Before the next frame is painted: the request need not wait for it.
  useLayoutEffect(() => {
    const controller = new AbortController();
    load(controller.signal).then(
      (value) => {
        if (controller.signal.aborted || value === undefined) return;
        last.current = value;
        setAnswer({ inputs, is: { state: 'done', value } });
      },
      (failure: unknown) => {
        if (controller.signal.aborted) return;
        const told = failure instanceof RequestFailed ? failure : new RequestFailed(0, []);
        setAnswer({ inputs, is: { state: 'failed', failure: told } });
      },
    );
    return () => {
      controller.abort();
    };
  }, inputs);
  // Told from the inputs, because a state of its own would draw the view once more for each request.
  const isOfInputs = answer?.inputs.every((input, index) => Object.is(input, inputs[index])) ?? false;
  return answer !== undefined && isOfInputs ? answer.is : { state: 'loading', before: last.current };
}

interface Answered<T> {
  /** Of the request that was answered. */
  readonly inputs: readonly unknown[];
  readonly is: Loadable<T>;
}
