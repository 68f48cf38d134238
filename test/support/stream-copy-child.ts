import { readFileSync, writeFileSync } from 'node:fs';
import type { CopyTask, PartHashes } from '../../migration/copy/copy-engine.js';
import { LiveLimits } from '../../migration/copy/limits.js';
import { streamEngine } from '../../migration/copy/stream/index.js';
import type { StreamEngineOptions } from '../../migration/copy/stream/index.js';

/** What the parent writes for a worker that dies. */
export interface DoomedCopy {
  readonly options: StreamEngineOptions;
  readonly task: CopyTask;
  /** Parts that arrive before it kills itself. */
  readonly diesAfter: number;
  /** Where it keeps what `onPart` tells. */
  readonly checkpoint: string;
}

// Copies one object, keeps its checkpoints in a file, and dies by SIGKILL with parts under way.
const { options, task, diesAfter, checkpoint } = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as DoomedCopy;
const onPart = (_task: CopyTask, done: PartHashes): void => {
  writeFileSync(checkpoint, JSON.stringify(done));
  if (done.parts.length >= diesAfter) process.kill(process.pid, 'SIGKILL');
};
const limits = new LiveLimits({ partsAtOnce: 2 });
for await (const { state } of streamEngine(options).copy([task], {
  signal: new AbortController().signal,
  limits,
  onPart,
}))
  process.stdout.write(state);
