import { KeymanagerOrderV1 } from '@cdktf/provider-openstack/lib/keymanager-order-v1';
import { Construct } from 'constructs';

export interface GeneratedSecretProps {
  readonly name: string;
}

/**
 * A 256-bit secret that Barbican generates and stores. Terraform knows only its reference: `keymanager_secret_v1` and its
 * data source would put the payload into the state. Source: Barbican API v1, orders of type key.
 */
export class GeneratedSecret extends Construct {
  /** Reference by which an authorized machine fetches it; known after apply. */
  readonly source: SecretSource;

  constructor(scope: Construct, id: string, props: GeneratedSecretProps) {
    super(scope, id);
    const order = new KeymanagerOrderV1(this, 'Resource', {
      type: 'key',
      meta: {
        name: props.name,
        algorithm: 'aes',
        bitLength: 256,
        mode: 'cbc',
        payloadContentType: 'application/octet-stream',
      },
      // A new secret would lock the services out of databases that use the old one.
      lifecycle: { preventDestroy: true },
    });
    this.source = { type: 'generated', name: props.name, ref: order.secretRef };
  }
}

/** How a machine finds a secret. The secret itself never passes through Terraform. */
export type SecretSource =
  /** By the reference in the server's metadata; services read it as 64 hexadecimal digits. */
  | { readonly type: 'generated'; readonly name: string; readonly ref: string }
  /**
   * By the name that the operator gave it. `part` is the index, from 0, in a text separated by colons; without it, the
   * secret is the complete text, with its lines joined by spaces.
   */
  | { readonly type: 'named'; readonly name: string; readonly part?: number };
