import { Annotations, TerraformStack } from 'cdktf';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { constructId } from '../common/construct-id.js';
import { requireValid } from '../common/rules.js';
import type { Rule } from '../common/rules.js';
import { UploadedFile } from '../object-store/index.js';
import { renderManifest, renderManifestIndex } from './render-manifest.js';
import type { ManifestInput } from './render-manifest.js';

export interface RegistrationManifestProps extends ManifestInput {
  readonly containerName: string;
  /** What makes the container. */
  readonly container: ITerraformDependable;
}

const manifestRules: readonly Rule<RegistrationManifestProps>[] = [
  {
    code: 'catalog-not-in-target',
    holds: (props) => unknownCatalogs(props).length === 0,
    message: (props) =>
      `Rules send assets to ${unknownCatalogs(props).join(', ')}; the target has the catalogs ${Object.keys(props.catalogs).join(', ')}.`,
    fix: 'Correct `to.catalog`, or add the catalog under `target.catalogs`.',
  },
];

/** Where runners find the manifest in the container. */
export const manifestPrefix = 'registration';

/**
 * The schemas, tables and views that runners register: files beside the Terraform, uploaded with their hashes. They
 * are no resources of their own, because Terraform cannot carry 100,000 of them.
 */
export class RegistrationManifest extends Construct {
  constructor(scope: Construct, id: string, props: RegistrationManifestProps) {
    super(scope, id);
    requireValid(this, manifestRules, props);
    const files = renderManifest(props);
    for (const [catalog, { content, unregistrable }] of files) {
      this.upload(constructId(catalog), props, `${catalog}.ndjson`, content);
      if (unregistrable === 0) continue;
      Annotations.of(this).addWarning(
        `${id}: ${unregistrable} tables or views of the catalog ${catalog} cannot be registered: where stacks/${TerraformStack.of(this).node.id}/${manifestPrefix}/${catalog}.ndjson has no statements, the remarks say why.`,
      );
    }
    this.upload('Index', props, 'manifest.json', renderManifestIndex(files));
  }

  private upload(
    id: string,
    { containerName, container }: RegistrationManifestProps,
    fileName: string,
    content: string,
  ): void {
    const name = `${manifestPrefix}/${fileName}`;
    const contentType = fileName.endsWith('.json') ? 'application/json' : 'application/x-ndjson';
    new UploadedFile(this, id, {
      containerName,
      objectName: name,
      contentType,
      content,
      file: name,
      after: [container],
    });
  }
}

function unknownCatalogs({ catalogs, databases, tables }: RegistrationManifestProps): string[] {
  const used = new Set([...databases, ...tables].map(({ catalog }) => catalog));
  return [...used].filter((name) => !(name in catalogs)).sort();
}
