import { useState } from 'preact/hooks';
import { printable } from '../../../../core/diagnostic.js';
import { RequestFailed } from '../api/request.js';
import type { Problem } from '../api/request.js';
import { signOut } from '../api/session.js';
import type { SessionView } from '../api/session.js';
import { Failed } from '../ui/answer.js';
import { Disclosure } from '../ui/disclosure.js';

interface SignOutMenuProps {
  readonly session: SessionView;
  readonly onSignedOut: () => void;
}

/** Who is signed in, and how they sign out: here, or wherever somebody has their session. */
export function SignOutMenu({ session, onSignedOut }: SignOutMenuProps) {
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const leave = async (everywhere: boolean): Promise<void> => {
    try {
      await signOut({ everywhere });
      onSignedOut();
    } catch (error) {
      if (!(error instanceof RequestFailed)) throw error;
      setProblems(error.problems);
    }
  };
  return (
    <Disclosure
      class="account"
      summary={
        <>
          {printable(session.who ?? '')} <span class="muted">({session.role})</span>
        </>
      }
    >
      <div class="popup">
        <button type="button" onClick={() => void leave(false)}>
          Sign out
        </button>
        <button type="button" onClick={() => void leave(true)}>
          Sign out everywhere
        </button>
        {problems.length > 0 && <Failed problems={problems} />}
      </div>
    </Disclosure>
  );
}
