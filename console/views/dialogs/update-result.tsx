import type { AnswerOf } from '../../../lib/http/contract.ts';
import type { MANUAL_TOKEN_UPDATE } from '../../../lib/http/contracts/manual-token-update.ts';
import type { RESTORE } from '../../../lib/http/contracts/restore.ts';
import { DoneButton } from '../../components/dialog.tsx';
import { Note } from '../../components/note.tsx';
import { AuditGapNote } from '../../components/operation.tsx';
import { Time } from '../../components/time.tsx';
import type { Tone } from '../../model/words.ts';

export type UpdateAnswer = AnswerOf<typeof MANUAL_TOKEN_UPDATE>;
type RestoreAnswer = AnswerOf<typeof RESTORE>;

const RESULTS: Readonly<Record<UpdateAnswer['result'], { readonly tone: Tone; readonly title: string }>> = {
  replaced: { tone: 'fine', title: 'The new credential runs' },
  unchanged: { tone: 'neutral', title: 'It is the one that runs already' },
  unfinished: { tone: 'attention', title: 'It is kept safely, and not finished yet' },
  proven: { tone: 'fine', title: 'It is proven' },
  notProven: { tone: 'attention', title: 'It is not proven' },
};

/** What came of a new credential that was saved. */
export function UpdateResult({
  answer,
  onDone,
}: {
  answer: UpdateAnswer | RestoreAnswer;
  onDone: () => void;
}) {
  const { result, message, generation, accessTokenExpiresAt, auditRecorded } = answer;
  return (
    <>
      <Note tone={RESULTS[result].tone} title={RESULTS[result].title} isAnnounced>
        <p>{message}</p>
        {generation !== null && (
          <p>
            Generation {generation}
            {accessTokenExpiresAt !== null && (
              <>
                , with a token until <Time at={accessTokenExpiresAt} />
              </>
            )}
          </p>
        )}
        <AuditGapNote isRecorded={auditRecorded} />
      </Note>
      <DoneButton onClick={onDone} />
    </>
  );
}
