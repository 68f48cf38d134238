import { useEffect, useRef, useState } from 'preact/hooks';
import { RequestFailed } from '../api/request.js';
import type { Problem } from '../api/request.js';
import { signIn } from '../api/session.js';
import type { SessionView } from '../api/session.js';
import { Failed } from '../ui/answer.js';

interface SignInProps {
  readonly session: SessionView;
  readonly onDone: () => void;
}

export function SignIn({ session, onDone }: SignInProps) {
  const [token, setToken] = useState('');
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    document.title = 'Sign in · aws2openstack';
    field.current?.focus();
  }, []);
  const submit = async (): Promise<void> => {
    try {
      await signIn(token);
      onDone();
    } catch (error) {
      if (!(error instanceof RequestFailed)) throw error;
      setProblems(error.problems);
    }
  };
  return (
    <main class="sign-in">
      <h1>aws2openstack</h1>
      {session.oidc && (
        <a class="button primary" href="/sign-in">
          Sign in with your organisation
        </a>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <label class="field">
          <span>Token</span>
          <input
            ref={field}
            type="password"
            autocomplete="current-password"
            required
            value={token}
            onInput={({ currentTarget }) => {
              setToken(currentTarget.value);
            }}
          />
        </label>
        <button type="submit" class={session.oidc ? '' : 'primary'}>
          Sign in
        </button>
      </form>
      {problems.length > 0 && <Failed problems={problems} />}
      <p class="muted">
        <code>aws2openstack dashboard</code> printed the tokens when it was first started; <code>--new-tokens</code>{' '}
        prints new ones.
      </p>
    </main>
  );
}
