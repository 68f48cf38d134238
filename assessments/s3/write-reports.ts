import { documentLines } from '../report-file/layout.js';
import { StagedFiles } from '../../core/staged-files.js';
import { s3FileNames } from './file-names.js';
import { renderS3Markdown } from './render-markdown.js';
import type { S3Assessment } from './s3-assessment.js';

/** Writes both files or none; until then they lie in `staging`. Throws the system's errors. */
export async function writeS3Reports(
  { folder, staging }: { readonly folder: string; readonly staging: string },
  assessment: S3Assessment,
): Promise<void> {
  const { findings, buckets, tables, ...header } = assessment;
  const files = StagedFiles.open(folder, staging);
  try {
    await files.write(s3FileNames.markdown, [renderS3Markdown(assessment)], { gzip: false });
    await files.write(s3FileNames.report, documentLines(header, { findings, buckets, tables }), {
      gzip: false,
    });
    files.publish();
  } finally {
    files.discard();
  }
}
