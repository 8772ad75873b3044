import type { ConnectionStatus } from '../../api/answers.ts';
import { useHindrance } from '../../components/operation.tsx';
import type { DialogName } from '../../model/route.ts';
import { goTo } from '../../state/route.ts';

const ACTIONS: readonly { readonly dialog: DialogName; readonly name: string; readonly words: string }[] = [
  { dialog: 'refresh', name: 'Refresh now', words: 'Give consumers a fresh token' },
  { dialog: 'reauthorize', name: 'Re-authorise', words: 'Consent at Zoho anew' },
  { dialog: 'manual-update', name: 'Bring a token', words: 'Paste a refresh token or grant code' },
  { dialog: 'restore', name: 'Restore', words: 'Go back to an earlier credential' },
  { dialog: 'health-check', name: 'Check health', words: 'Look at it from every side' },
];

/** What an admin can do. Nothing is done before a dialog has said what will happen. */
export function Actions({ status: { connection } }: { status: ConnectionStatus }) {
  const hindrance = useHindrance();
  return (
    <section class="actions" aria-label="What you can do">
      <ul>
        {ACTIONS.map(({ dialog, name, words }) => (
          <li key={dialog}>
            <button
              type="button"
              disabled={hindrance !== null}
              onClick={() => goTo({ view: 'connection', connection, dialog })}
            >
              <b>{name}</b>
              <span>{words}</span>
            </button>
          </li>
        ))}
      </ul>
      {hindrance !== null && <p class="soft">{hindrance}</p>}
    </section>
  );
}
