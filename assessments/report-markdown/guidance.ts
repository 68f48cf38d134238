import type { Assessment } from '../assessment.js';

/** The meaning of the three words, for a reader who has only this page. */
export function renderReadiness(): string {
  return [
    '## What readiness means',
    '',
    '- **Ready**: the table keeps its format at the target. Its files are copied and registered as they are.',
    "- **Needs conversion**: the table is not in an open table format. Trino's Hive connector may still read its files as they are, which the mapping `default` prefers; a mapping can convert it to Iceberg instead. `aws2openstack plan` says which.",
    '- **Unknown**: a person must decide. The reason is under *Tables that need manual review*.',
    '',
    'Readiness is about the format alone; the mapping decides what each table becomes.',
  ].join('\n');
}

/** What to do with this page. */
export function renderNextSteps({ complete, unknown, tablesOfUnknownSize }: Assessment['summary']): string {
  const steps = [
    ...(complete ? [] : ['Mend what the findings name, then assess again: this assessment is incomplete.']),
    ...(tablesOfUnknownSize === 0
      ? []
      : [
          `Learn the size of the ${tablesOfUnknownSize} tables without one: their folders were not listed, and the catalog holds no statistics for them. Grant s3:ListBucket on their buckets and assess again with \`--sizes listing\`.`,
        ]),
    ...(unknown === 0 ? [] : [`Decide about the ${unknown} tables that need manual review.`]),
    'See what each asset becomes, and how large the lakehouse will be: `aws2openstack plan --assessment FOLDER --mapping default`.',
    'Write a mapping of your own that extends `default`, and check it: `aws2openstack mappings check acme.yaml`.',
    'Generate the Terraform: `aws2openstack synth --assessment FOLDER --mapping acme.yaml`.',
  ];
  return ['## What to do next', '', ...steps.map((step, index) => `${index + 1}. ${step}`)].join('\n');
}
