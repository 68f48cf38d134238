import { useState } from 'preact/hooks';
import { printable } from '../../../../../core/diagnostic.js';
import { RequestFailed } from '../../api/request.js';
import type { Problem } from '../../api/request.js';
import { send } from '../../api/session.js';
import { bytes, number, time, words } from '../../format/index.js';
import { Failed } from '../../ui/answer.js';
import { Badge } from '../../ui/badge.js';
import { Panel } from '../../ui/card.js';
import { Facts } from '../../ui/facts.js';
import type { CertificateAnswer } from '../../../server/folders/certificate-folder.js';

interface Verified {
  readonly intact: boolean;
  readonly signer: { readonly identity: string; readonly keyType: string; readonly fingerprint: string } | null;
  readonly problems: readonly Problem[];
}

interface CertificateProps {
  readonly certificate: CertificateAnswer;
  /** That is shown, such as `assessment-1a2b3c`. */
  readonly assessmentId: string;
}

/** What the certificate claims, its files, and whether it is as it was signed. */
export function ShownCertificate({ certificate, assessmentId }: CertificateProps) {
  const { verdict, assessment, run, totals, files, toolVersion } = certificate;
  return (
    <>
      {assessment.id !== assessmentId && (
        <div class="callout caution">
          <p>
            <strong>This certificate is about {printable(assessment.id)}</strong>, not about the assessment that is
            shown.
          </p>
        </div>
      )}
      <Panel title="The certificate">
        <Facts
          facts={[
            ['Verdict', <Badge key="verdict" status={verdict} />],
            ['Assessment', printable(`${assessment.id} of ${assessment.region}`)],
            ['Validated', `${time(run.startedAt)} to ${time(run.finishedAt)}`],
            [
              'Tables',
              `${number(totals.tables)}: ${number(totals.byStatus.certified)} certified, ${number(totals.byStatus['certified-with-exceptions'])} with exceptions, ${number(totals.byStatus['not-certified'])} not certified`,
            ],
            ['Rows', number(totals.rows)],
            ['Objects', `${number(totals.objects)} (${bytes(totals.bytes)})`],
            ['Planted errors', `${number(totals.mutationsCaught)} of ${number(totals.mutationsTried)} noticed`],
            ['Written by', printable(`aws2openstack ${toolVersion}`)],
          ]}
        />
      </Panel>
      <Verification canVerify={certificate.can_verify} />
      <Panel title="Files">
        <ul class="files">
          {files.map(({ name, bytes: size }) => (
            <li key={name}>
              <a class="button" href={`/api/certificate/files/${name}`} download={name}>
                {name}
              </a>{' '}
              <span class="muted">{bytes(size)}</span>
            </li>
          ))}
        </ul>
      </Panel>
    </>
  );
}

function Verification({ canVerify }: { readonly canVerify: boolean }) {
  const [verified, setVerified] = useState<Verified>();
  const [isBusy, setBusy] = useState(false);
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const verify = async (): Promise<void> => {
    setBusy(true);
    setProblems([]);
    try {
      setVerified((await send('POST', '/api/certificate/verify')) as Verified);
    } catch (error) {
      if (!(error instanceof RequestFailed)) throw error;
      setProblems(error.problems);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Panel title="Is it intact?">
      <p>
        The signature, the hash of each file, each chain of hashes, and whether the totals follow from the tables, as{' '}
        <code>aws2openstack verify</code> checks them.
      </p>
      <div class="actions">
        <button type="button" class="primary" disabled={isBusy || !canVerify} onClick={() => void verify()}>
          Verify
        </button>
        <span role="status">
          {isBusy && 'Reading every file…'}
          {!isBusy && verified?.intact === true && (
            <>
              <Badge status="intact" /> signed by {printable(verified.signer?.identity ?? '')} (
              {words(verified.signer?.keyType ?? '')} <code>{verified.signer?.fingerprint}</code>)
            </>
          )}
          {!isBusy && verified?.intact === false && <Badge status="not intact" />}
        </span>
        {!canVerify && (
          <span class="muted">
            Start the dashboard with <code>--allowed-signers FILE</code> to check it here.
          </span>
        )}
      </div>
      {verified?.intact === false && <Failed problems={verified.problems} />}
      {problems.length > 0 && <Failed problems={problems} />}
    </Panel>
  );
}
