import { isAbsolute, relative } from 'node:path';

/** What the journey has written, by absolute paths. */
export interface JourneyFiles {
  readonly environment: string;
  readonly assessment: string;
  readonly mapping: string;
  readonly terraform: string;
  readonly certificate: string;
  readonly allowedSigners: string;
}

interface NextSteps {
  readonly files: JourneyFiles;
  /** Where the commands are run. */
  readonly cwd: string;
  readonly signer: string;
  /** Trino's catalogs that read the source. */
  readonly catalogs: { readonly hive: string; readonly iceberg: string };
}

/** The end of the journey, for people. docs/start.md shows the same commands. */
export function nextSteps({ files, cwd, signer, catalogs }: NextSteps): string {
  const { environment, assessment, mapping, terraform, certificate, allowedSigners } = shortened(files, cwd);
  const planned = `--assessment ${assessment} --mapping ${mapping}`;
  return `
Go on by hand, in a shell with the variables of this journey:
  source ${environment}
  npx aws2openstack migrate status --all
  npx aws2openstack migrate plan ${planned}
  npx aws2openstack validate all ${planned} --source-hive-catalog ${catalogs.hive} --source-iceberg-catalog ${catalogs.iceberg}
  npx aws2openstack verify ${certificate} --allowed-signers ${allowedSigners} --identity ${signer}
Look at it:
  make lakehouse-query SQL='SELECT * FROM hive.test_analytics.sales_data LIMIT 5'
  ${assessment}/glue-catalog-assessment.md   what AWS had
  ${certificate}/certificate.pdf   which tables are proven equal, and how strong the proof is
  npx aws2openstack dashboard --terraform ${terraform} --certificate ${certificate} --allowed-signers ${allowedSigners}
                                   the same in a browser
Try another mapping: change ${mapping}, and run make journey again; it keeps the file. Tables that were moved before stay at the target.
make journey-clean stops everything and removes it.`;
}

/** Paths as somebody in `cwd` would write them. */
function shortened(files: JourneyFiles, cwd: string): JourneyFiles {
  const short = (path: string): string => {
    const from = relative(cwd, path);
    return from.startsWith('..') || isAbsolute(from) ? path : from;
  };
  return {
    environment: short(files.environment),
    assessment: short(files.assessment),
    mapping: short(files.mapping),
    terraform: short(files.terraform),
    certificate: short(files.certificate),
    allowedSigners: short(files.allowedSigners),
  };
}
