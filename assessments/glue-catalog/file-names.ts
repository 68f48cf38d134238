/** The files that an assessment of a Glue Data Catalog writes into its folder. */
export const fileNames = {
  report: 'glue-catalog-assessment.json',
  partitions: 'glue-catalog-partitions.ndjson.gz',
  markdown: 'glue-catalog-assessment.md',
  checkpoint: '.glue-catalog-assessment.checkpoint',
  staging: '.glue-catalog-assessment.checkpoint/files',
} as const;
