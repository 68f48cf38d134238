import { useEffect, useState } from 'preact/hooks';
import { readSession } from '../api/session.js';
import type { SessionView } from '../api/session.js';
import { useAnswer } from '../api/use-answer.js';
import { RequestFailed, signedOut } from '../api/request.js';
import { Answer, Empty, Failed, Loading } from '../ui/answer.js';
import { one } from '../url/address.js';
import { useAddress } from '../url/use-address.js';
import { views } from '../views/index.js';
import { Frame } from './frame.js';
import { SignIn } from './sign-in.js';

/** Signs in, finds the assessment that the address names, and shows its view. */
export function App() {
  const [session, setSession] = useState<SessionView | RequestFailed>();
  const read = (): void => {
    readSession().then(setSession, (error: unknown) => {
      setSession(error instanceof RequestFailed ? error : new RequestFailed(0, []));
    });
  };
  useEffect(() => {
    read();
    addEventListener(signedOut, read);
    return () => {
      removeEventListener(signedOut, read);
    };
  }, []);
  if (session === undefined) return <Loading />;
  if (session instanceof RequestFailed)
    return (
      <main class="sign-in">
        <h1>aws2openstack</h1>
        <Failed problems={session.problems} />
      </main>
    );
  if (session.role === null) return <SignIn session={session} onDone={read} />;
  return <SignedIn session={session} onSignedOut={read} />;
}

interface SignedInProps {
  readonly session: SessionView;
  readonly onSignedOut: () => void;
}

function SignedIn({ session, onSignedOut }: SignedInProps) {
  const at = useAddress();
  const assessments = useAnswer('list_assessments', { limit: 200 });
  const seen = views.filter(({ access }) => access === undefined || session.role !== 'viewer');
  const view = seen.find(({ path }) => path === at.path);
  useEffect(() => {
    document.title = `${view?.title ?? 'Not found'} · aws2openstack`;
  }, [view]);
  return (
    <Answer of={assessments}>
      {({ items }) => {
        const named = one(at.query, 'assessment');
        const assessment =
          named === undefined ? items[0] : items.find(({ id, uuid }) => id === named || uuid === named);
        return (
          <Frame
            at={at}
            session={session}
            views={seen}
            view={view}
            assessments={items}
            assessment={assessment}
            onSignedOut={onSignedOut}
          >
            {view === undefined ? (
              <Empty title="There is no such page" />
            ) : view.of === 'store' ? (
              <view.Page key={view.path} at={at} session={session} />
            ) : assessment === undefined ? (
              <NoAssessment hasOthers={items.length > 0} />
            ) : (
              <view.Page key={view.path} at={at} assessment={assessment} assessments={items} session={session} />
            )}
          </Frame>
        );
      }}
    </Answer>
  );
}

function NoAssessment({ hasOthers }: { readonly hasOthers: boolean }) {
  return hasOthers ? (
    <Empty title="This assessment does not exist">Choose another one above.</Empty>
  ) : (
    <Empty title="No assessment yet">
      Run <code>aws2openstack assess glue-catalog --save-to-db</code>.
    </Empty>
  );
}
