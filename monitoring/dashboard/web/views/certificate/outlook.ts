import type { Answers } from '../../api/answers.js';

export interface Outlook {
  readonly tone: 'good' | 'caution' | 'bad';
  readonly title: string;
  readonly text: string;
}

/** The best statement that a certificate made now could hold: it also needs checks that notice planted errors. */
export function outlookOf({ jobs }: Answers['get_validation_status']): Outlook {
  const { passed, warning, failed, none } = jobs;
  if (passed + warning + failed + none === 0)
    return { tone: 'bad', title: 'Nothing to certify yet', text: 'No table has been moved.' };
  if (failed > 0)
    return {
      tone: 'bad',
      title: 'Not certified',
      text: `Tables that fail a check: ${failed}. A certificate needs them repaired, or each check signed for.`,
    };
  if (none > 0) return { tone: 'caution', title: 'Not complete', text: `Tables that are not validated yet: ${none}.` };
  if (warning > 0)
    return {
      tone: 'caution',
      title: 'Only with exceptions',
      text: `Tables with a check that could not compare everything: ${warning}. Somebody has to sign for each.`,
    };
  return { tone: 'good', title: 'Ready to certify', text: `All ${passed} tables passed every check.` };
}
