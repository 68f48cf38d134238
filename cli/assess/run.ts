import { join } from 'node:path';
import { assessGlueCatalog, connectGlue, fileNames } from '../../assessments/index.js';
import type { Assessment } from '../../assessments/index.js';
import type { BucketLister } from '../../clients/s3/listing/index.js';
import { diagnostic } from '../../core/diagnostic.js';
import { compileGlobs } from '../../core/glob.js';
import type { Result } from '../../core/result.js';
import { onStopSignals } from '../../core/stop-signals.js';
import { toolVersion } from '../../core/tool-version.js';
import { asNotStored, wantsStoring } from '../../state/recording/stored-as.js';
import type { StoredAs } from '../../state/recording/stored-as.js';
import { failed, printDiagnostics } from '../io.js';
import type { CliIo, ExitCode } from '../io.js';
import type { S3Flags } from './connect-s3.js';
import { showProgress } from './progress.js';
import { describeAssessed, jsonOfAssessed } from './view.js';

export interface GlueCatalogFlags {
  readonly region?: string;
  readonly profile?: string;
  readonly catalogId?: string;
  readonly endpointUrl?: string;
  readonly s3EndpointUrl?: string;
  readonly sizes: 'listing' | 'catalog';
  readonly outputDir: string;
  readonly databases?: readonly string[];
  readonly tags: boolean;
  readonly strict: boolean;
  readonly fresh: boolean;
  readonly saveToDb: boolean;
  readonly maxAttempts: number;
  readonly json: boolean;
}

export async function assessGlue(flags: GlueCatalogFlags, io: CliIo): Promise<ExitCode> {
  const assessed = await collect(flags, io);
  if (!assessed.ok) return failed(io, assessed.error);
  printDiagnostics(
    io,
    assessed.value.findings
      .filter(({ severity }) => severity === 'error')
      .map(({ code, asset, message, fix }) => diagnostic({ code, severity: 'warning', path: asset, message, fix })),
  );
  const stored = await trySaving(flags, io, assessed.value);
  const view = flags.json ? jsonOfAssessed : describeAssessed;
  io.stdout.write(view(assessed.value, { folder: flags.outputDir, stored }));
  return flags.saveToDb && stored === null ? 1 : 0;
}

/** The files are the result of the command, whether or not they can be stored. */
async function trySaving(flags: GlueCatalogFlags, io: CliIo, assessment: Assessment): Promise<StoredAs | null> {
  if (!wantsStoring(io.env, flags.saveToDb)) return null;
  const { saveAssessment } = await import('./save.js');
  const saved = await saveAssessment(io, 'assess glue-catalog', assessment);
  if (saved.ok) return saved.value;
  printDiagnostics(io, asNotStored(saved.error, 'The assessment was written to files', flags.saveToDb));
  return null;
}

async function collect(flags: GlueCatalogFlags, io: CliIo): Promise<Result<Assessment>> {
  const { endpointUrl: endpoint } = flags;
  const profile = flags.profile ?? io.env['AWS_PROFILE'];
  const glue = await connectGlue({
    ...(flags.region === undefined ? {} : { region: flags.region }),
    ...(profile === undefined ? {} : { profile }),
    ...(endpoint === undefined ? {} : { endpoint }),
  });
  if (!glue.ok) return glue;
  const s3 = flags.sizes === 'listing' ? await openS3(io, { ...flags, region: glue.value.region, profile }) : null;
  const stop = onStopSignals();
  const progress = showProgress(io);
  try {
    return await assessGlueCatalog(glue.value.api, {
      region: glue.value.region,
      endpoint,
      profile,
      outputDir: flags.outputDir,
      catalogId: flags.catalogId,
      databases: { text: flags.databases?.join(',') ?? null, selects: selector(flags.databases) },
      withTags: flags.tags,
      lister: s3?.lister ?? null,
      strict: flags.strict,
      fresh: flags.fresh,
      toolVersion: toolVersion(),
      now: new Date(),
      limits: { maxAttempts: flags.maxAttempts, baseDelayMs: 200, random: Math.random },
      signal: stop.signal,
      onOpening: (opening) => {
        if (opening !== 'new')
          io.stderr.write(`${openingTexts[opening]} (${join(flags.outputDir, fileNames.checkpoint)})\n`);
      },
      onProgress: (figures) => {
        progress.update(figures);
      },
    });
  } finally {
    progress.stop();
    stop.forget();
    glue.value.close();
    await s3?.close();
  }
}

/** Loaded for a listing alone: the client of S3 takes as long to load as that of Glue. */
async function openS3(
  io: CliIo,
  flags: S3Flags,
): Promise<{ readonly lister: BucketLister; readonly close: () => Promise<void> }> {
  const [{ bucketLister }, { connectS3 }] = await Promise.all([
    import('../../clients/s3/listing/index.js'),
    import('./connect-s3.js'),
  ]);
  const transfer = connectS3(io, flags);
  return { lister: bucketLister(transfer), close: () => transfer.close() };
}

const openingTexts = {
  resumed: 'Continuing an interrupted run',
  'other-run': 'Starting over: the checkpoint belongs to another region, catalog, endpoint, filter or version',
  damaged: 'Starting over: the checkpoint is damaged',
} as const;

/** A database's name may hold any character, so a dot or a slash in it is matched like a letter. */
function selector(globs: readonly string[] | undefined): (name: string) => boolean {
  return globs === undefined ? () => true : compileGlobs(globs);
}
