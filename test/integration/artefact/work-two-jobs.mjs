// Runs the worker loop of the installed package over two tables of the store, and prints how their jobs ended.
const dist = new URL(`${process.argv[2]}/dist/state/`, 'file:');
const { enqueueJobs, openQueue, runWorker, stateLocation, withState } = await import(new URL('index.js', dist));
const { createJobs, findJob } = await import(new URL('repositories/migration-jobs.js', dist));

const location = stateLocation(process.env, process.cwd());
const worked = await withState(location.value, { access: 'write', purpose: 'a worker of a test' }, async (state) => {
  const tables = await state.db.selectFrom('tables').select(['id', 'assessment_id']).limit(2).execute();
  const jobs = await createJobs(state, {
    assessmentId: tables[0].assessment_id,
    tableIds: tables.map(({ id }) => id),
    jobType: 'COPY',
  });
  const onProblem = (problem) => {
    throw problem;
  };
  const boss = await openQueue(state, { queues: ['tables'], supervise: false, onProblem });
  await enqueueJobs(
    state,
    boss,
    'tables',
    jobs.map(({ id }) => ({ jobId: id, payload: { copies: id } })),
  );
  await boss.stop({ graceful: false });
  const stop = new AbortController();
  let ended = 0;
  await runWorker(state, {
    handlers: {
      tables: async ({ job, payload, checkpoint }) => {
        const figures = { bytesTotal: 7, bytesDone: 7, filesTotal: 1, filesDone: 1, rowsTotal: null, rowsDone: 0 };
        await checkpoint({ part: 'all', phase: 'copied', ...figures, checkpoint: null });
        return payload.copies === job.id
          ? { ok: true, value: undefined }
          : { ok: false, error: { kind: 'stop', reason: 'the payload is not the one that was enqueued' } };
      },
    },
    signal: stop.signal,
    onProblem,
    onEvent: ({ kind }) => {
      if (kind === 'ended' && (ended += 1) === jobs.length) stop.abort();
    },
  });
  return await Promise.all(jobs.map(({ id }) => findJob(state, id)));
});
if (!worked.ok) throw new Error(JSON.stringify(worked.error));
console.log(JSON.stringify(worked.value.map(({ status, bytes_copied: bytes }) => ({ status, bytes }))));
