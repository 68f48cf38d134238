import { request } from '../../api/request.js';
import { useAnswer, useRequest } from '../../api/use-answer.js';
import { number } from '../../format/index.js';
import { Answer } from '../../ui/answer.js';
import { Card, Cards, Panel } from '../../ui/card.js';
import { Link } from '../../ui/link.js';
import type { View, ViewProps } from '../view.js';
import type { CertificateAnswer } from '../../../server/folders/certificate-folder.js';
import { outlookOf } from './outlook.js';
import { ShownCertificate } from './shown.js';

export const certificateView: View = { path: '/certificate', title: 'Certificate', group: 'Prove', Page };

function Page({ assessment }: ViewProps) {
  const certificate = useRequest(
    async (signal) => (await request('/api/certificate', { signal })) as CertificateAnswer,
    [],
  );
  if (certificate.state === 'failed' && certificate.failure.problems.some(({ code }) => code === 'no-certificate'))
    return <Outlook assessmentId={assessment.id} />;
  return (
    <Answer of={certificate}>{(shown) => <ShownCertificate certificate={shown} assessmentId={assessment.id} />}</Answer>
  );
}

/** What a certificate could say now. */
function Outlook({ assessmentId }: { readonly assessmentId: string }) {
  const status = useAnswer('get_validation_status', { assessment_id: assessmentId });
  return (
    <Answer of={status}>
      {(answer) => {
        const { tone, title, text } = outlookOf(answer);
        return (
          <>
            <div class={`callout ${tone}`}>
              <p>
                <strong>{title}.</strong> {text}
              </p>
            </div>
            <Cards>
              <Card label="Passed" value={number(answer.jobs.passed)} note="tables" />
              <Card label="To sign for" value={number(answer.jobs.warning)} note="tables with warnings" />
              <Card
                label="In the way"
                value={<Link to="/validation">{number(answer.jobs.failed)}</Link>}
                note="tables that fail"
              />
              <Card label="Not validated" value={number(answer.jobs.none)} note="tables" />
            </Cards>
            <Panel title="Make it">
              <pre tabIndex={0}>
                aws2openstack validate report --assessment DIR --mapping FILE --key ~/.ssh/id_ed25519 --output
                certificate
              </pre>
              <p>
                The certificate is signed where the key is; the dashboard never has it. Started with{' '}
                <code>--certificate certificate</code>, the dashboard shows it here.
              </p>
            </Panel>
            <Panel title="Check it">
              <pre tabIndex={0}>aws2openstack verify certificate --allowed-signers allowed_signers --identity NAME</pre>
              <p>This works offline, with OpenSSH and coreutils alone, too.</p>
            </Panel>
          </>
        );
      }}
    </Answer>
  );
}
