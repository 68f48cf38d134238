import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { sha256 } from '../../core/canonical-json.js';
import { UploadedFile } from '../object-store/index.js';
import { bundleFiles, packTar } from './render-bundle.js';
import type { Bundle } from './render-bundle.js';

export interface ConfigBundleProps extends Bundle {
  readonly containerName: string;
}

/** The configuration of every machine, as one object whose name contains its hash. Every change creates a new object. */
export class ConfigBundle extends Construct {
  /** `container/object`, as machines fetch it. */
  readonly location: string;
  readonly sha256: string;
  readonly uploaded: ITerraformDependable;

  constructor(scope: Construct, id: string, props: ConfigBundleProps) {
    super(scope, id);
    const { containerName } = props;
    const content = packTar(bundleFiles(props));
    const objectName = `config/bundle-${sha256(content).slice(0, 16)}.tar`;
    const upload = new UploadedFile(this, 'Upload', {
      containerName,
      objectName,
      contentType: 'application/x-tar',
      content,
      file: 'config/bundle.tar',
      // Machines that boot during the change find one of the two.
      lifecycle: { createBeforeDestroy: true },
    });
    this.location = `${containerName}/${objectName}`;
    this.sha256 = upload.sha256;
    this.uploaded = upload.object;
  }
}
