import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { basename } from 'node:path';
import { constructId } from '../common/construct-id.js';
import { UploadedFile } from '../object-store/index.js';

export interface RegistrationManifestProps {
  readonly containerName: string;
  /** The resource that creates the container. */
  readonly container: ITerraformDependable;
  /** Content by name: the index `manifest.json`, and a file such as `hive.ndjson` for each catalog. */
  readonly files: ReadonlyMap<string, string>;
}

/** Of the objects in the container. */
const manifestPrefix = 'registration';

/**
 * The schemas, tables and views of the target: files next to the Terraform, uploaded with their hashes. They
 * are not separate resources, because Terraform cannot handle 100,000 of them.
 */
export class RegistrationManifest extends Construct {
  constructor(scope: Construct, id: string, { containerName, container, files }: RegistrationManifestProps) {
    super(scope, id);
    for (const [name, content] of files) {
      const isIndex = name === 'manifest.json';
      const objectName = `${manifestPrefix}/${name}`;
      new UploadedFile(this, isIndex ? 'Index' : constructId(basename(name, '.ndjson')), {
        containerName,
        objectName,
        contentType: isIndex ? 'application/json' : 'application/x-ndjson',
        content,
        file: objectName,
        after: [container],
      });
    }
  }
}
