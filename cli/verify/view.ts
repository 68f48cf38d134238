import { printable } from '../../core/diagnostic.js';
import { formatBytes } from '../../core/format-bytes.js';
import type { VerifiedCertificate } from '../../validation/certificate/index.js';
import { alignColumns } from '../text-table.js';

/** The claims of a certificate, for people. */
export function describeCertificate({ certificate, signer }: VerifiedCertificate): string {
  const { verdict, totals, assessment, run, files, databases } = certificate;
  const { byStatus } = totals;
  const number = (value: number): string => value.toLocaleString('en');
  const lines = [
    `The certificate is intact, and signed by ${signer.identity} (${signer.keyType} ${signer.fingerprint}).`,
    '',
    `It says: ${verdict.replaceAll('-', ' ')}`,
    `  ${assessment.id} of ${assessment.region}, account ${assessment.accountId ?? 'unknown'}; run ${run.id}, ${run.startedAt} to ${run.finishedAt}`,
    `  ${number(totals.tables)} tables: ${number(byStatus.certified)} certified, ${number(byStatus['certified-with-exceptions'])} with exceptions, ${number(byStatus['not-certified'])} not certified`,
    `  ${number(totals.rows)} rows, ${formatBytes(totals.bytes)} in ${number(totals.objects)} objects`,
    `  ${number(totals.mutationsCaught)} of ${number(totals.mutationsTried)} planted errors noticed`,
  ].map(printable);
  const rows = databases.map(({ database, byStatus: of, rows: count }) => [
    printable(database),
    number(of.certified),
    number(of['certified-with-exceptions']),
    number(of['not-certified']),
    number(count),
  ]);
  return [
    ...lines,
    '',
    alignColumns([['database', 'certified', 'with exceptions', 'not certified', 'rows'], ...rows], 1),
    '',
    `Files: ${Object.keys(files).map(printable).join(', ')}; each as it was signed.`,
    '',
  ].join('\n');
}
