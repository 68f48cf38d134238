/** The files that an assessment of S3 writes into its folder. */
export const s3FileNames = {
  report: 's3-assessment.json',
  markdown: 's3-assessment.md',
  checkpoint: '.s3-assessment.checkpoint',
  staging: '.s3-assessment.checkpoint/files',
} as const;
