import { statSync } from 'node:fs';
import { join } from 'node:path';
import { fileNames, readAssessment } from '../../../assessments/index.js';
import { diagnose, failureOf } from '../../../assessments/glue-catalog/failures.js';
import { assessS3 } from '../../../assessments/s3/assess-s3.js';
import type { S3Scope } from '../../../assessments/s3/assess-s3.js';
import type { S3Assessment } from '../../../assessments/s3/s3-assessment.js';
import { claimsOfAssessment } from '../../../assessments/storage/assessed-claims.js';
import { athenaClient } from '../../../clients/athena/index.js';
import type { AthenaConnection } from '../../../clients/athena/index.js';
import { configuredRegion, s3Client } from '../../../clients/s3/index.js';
import { bucketLister } from '../../../clients/s3/listing/index.js';
import { diagnostic } from '../../../core/diagnostic.js';
import { fail, ok } from '../../../core/result.js';
import type { Result } from '../../../core/result.js';
import { toolVersion } from '../../../core/tool-version.js';
import { onStopSignals } from '../../../core/stop-signals.js';
import { failed, printDiagnostics } from '../../io.js';
import type { CliIo, ExitCode } from '../../io.js';
import { connectS3, s3TargetOf } from '../connect-s3.js';
import type { S3Flags } from '../connect-s3.js';
import { describeS3, jsonOfS3 } from './view.js';

export interface S3AssessFlags {
  readonly region?: string;
  readonly profile?: string;
  readonly endpointUrl?: string;
  readonly outputDir: string;
  readonly bucket?: readonly string[];
  readonly assessment?: string;
  readonly listing: boolean;
  readonly inventory?: readonly string[];
  readonly metadataTable?: readonly string[];
  readonly unloadTo?: string;
  readonly workgroup: string;
  readonly fresh: boolean;
  readonly json: boolean;
}

export async function assessBuckets(flags: S3AssessFlags, io: CliIo): Promise<ExitCode> {
  const assessed = await collect(flags, io);
  if (!assessed.ok) return failed(io, assessed.error);
  printDiagnostics(
    io,
    assessed.value.findings
      .filter(({ severity }) => severity === 'error')
      .map(({ code, asset, message, fix }) => diagnostic({ code, severity: 'warning', path: asset, message, fix })),
  );
  io.stdout.write((flags.json ? jsonOfS3 : describeS3)(assessed.value, flags.outputDir));
  return 0;
}

const lineIntervalMs = 10_000;

async function collect(flags: S3AssessFlags, io: CliIo): Promise<Result<S3Assessment>> {
  if (flags.metadataTable !== undefined && flags.unloadTo === undefined) return fail([noFolder]);
  const scope = await scopeOf(flags);
  if (!scope.ok) return scope;
  const profile = flags.profile ?? io.env['AWS_PROFILE'];
  const region = await regionOf(flags.region, profile);
  if (!region.ok) return region;
  const place = { ...flags, region: region.value, profile };
  const target = s3TargetOf(io.env, place);
  const [client, transfer, stop] = [s3Client(target), connectS3(io, place), onStopSignals()];
  let shownAt = performance.now();
  try {
    return await assessS3(
      {
        client,
        target,
        lister: bucketLister(transfer),
        athena: (catalog) => athenaClient({ ...athenaPlace(place), catalog, workgroup: flags.workgroup }),
      },
      {
        region: region.value,
        scope: scope.value,
        outputDir: flags.outputDir,
        withListing: flags.listing,
        inventories: flags.inventory ?? [],
        metadataTables: flags.metadataTable ?? [],
        unloadTo: flags.unloadTo ?? '',
        fresh: flags.fresh,
        toolVersion: toolVersion(),
        now: new Date(),
        signal: stop.signal,
        onProgress: ({ buckets, bucketsDone, objects }) => {
          if (performance.now() - shownAt < lineIntervalMs) return;
          shownAt = performance.now();
          io.stderr.write(`${bucketsDone}/${buckets} buckets, ${objects} objects\n`);
        },
      },
    );
  } finally {
    stop.forget();
    client.destroy();
    await transfer.close();
  }
}

/** An endpoint of S3 alone does not answer for Athena. */
function athenaPlace({ region, profile, endpointUrl }: S3Flags): AthenaConnection {
  return {
    region,
    ...(profile !== undefined && { profile }),
    ...(endpointUrl !== undefined && { endpoint: endpointUrl }),
  };
}

const noFolder = diagnostic({
  code: 'metadata-table-folder',
  path: '--metadata-table',
  message: '--metadata-table needs a folder that Athena can write to.',
  fix: 'Add --unload-to s3://BUCKET/FOLDER/; the files of a run stay there until you delete them.',
});

async function scopeOf({ bucket, assessment }: S3AssessFlags): Promise<Result<S3Scope>> {
  if (bucket !== undefined) return ok({ kind: 'buckets', names: bucket });
  if (assessment === undefined) return ok({ kind: 'region' });
  const isFolder = statSync(assessment, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const path = isFolder ? join(assessment, fileNames.report) : assessment;
  const read = await readAssessment(path);
  if (!read.ok) return read;
  return ok({ kind: 'tables', tables: read.value.tables, claims: await claimsOfAssessment(read.value, path) });
}

async function regionOf(given: string | undefined, profile: string | undefined): Promise<Result<string>> {
  try {
    return ok(given ?? (await configuredRegion(profile)));
  } catch (error) {
    return fail([diagnose(failureOf(error), { region: '', profile })]);
  }
}
