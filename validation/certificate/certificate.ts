import { canonicalJson } from '../../core/canonical-json.js';
import type { CertificateInput, TableResult, TableStatus } from './certificate-input.js';
import type { TableChain } from './chain.js';
import type { Totals } from './totals.js';

/** `certificate.json`: what is signed. It binds the other files by their hashes. */
export interface Certificate extends Omit<CertificateInput, 'tables'> {
  readonly kind: 'MigrationCertificate';
  /** `major.minor`; a reader refuses another major. */
  readonly schemaVersion: '1.0';
  readonly verdict: TableStatus;
  readonly totals: Totals;
  /** Sorted by name. */
  readonly databases: readonly ({ readonly database: string } & Totals)[];
  /** The root of all tables' chains. */
  readonly chainRoot: string;
  /** By file name. */
  readonly files: Readonly<Record<string, BoundFile>>;
}

export interface BoundFile {
  readonly bytes: number;
  readonly sha256: string;
}

/** A line of `tables.ndjson`. */
export interface TableLine extends TableResult {
  readonly chain: TableChain;
}

/** The namespace of its signature. */
export const certificateNamespace = 'certificate@aws2openstack';

export const certificateFiles = {
  certificate: 'certificate.json',
  signature: 'certificate.json.sig',
  tables: 'tables.ndjson',
  markdown: 'certificate.md',
  pdf: 'certificate.pdf',
} as const;

/** The bytes of `certificate.json`. */
export function certificateText(certificate: Certificate): string {
  return `${canonicalJson(certificate)}\n`;
}
