import type { Check } from '../api/answers.ts';
import { CHECK_TONES, CHECK_WORDS } from '../model/words.ts';
import { ToneIcon } from './icons.tsx';

/** What a health check found: first what is not as it should be, with what to do; the rest on demand. */
export function Findings({ checks }: { checks: readonly Check[] }) {
  const faulty = checks
    .filter(({ status }) => status !== 'ok')
    .sort((a, b) => (a.status < b.status ? -1 : 1));
  const fine = checks.filter(({ status }) => status === 'ok');
  return (
    <>
      {faulty.length > 0 && (
        <ul class="findings">
          {faulty.map((check) => (
            <Finding key={check.name} check={check} />
          ))}
        </ul>
      )}
      {fine.length > 0 && (
        <details>
          <summary>
            {faulty.length === 0 ? `All ${fine.length} checks` : `${fine.length} more are in order`}
          </summary>
          <ul class="findings">
            {fine.map((check) => (
              <Finding key={check.name} check={check} />
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

const STATUS_WORDS = { ok: 'in order', warn: 'warning', fail: 'wrong' } as const;

function Finding({ check: { name, status, value, limit, detail, remedy } }: { check: Check }) {
  return (
    <li class={CHECK_TONES[status]}>
      <ToneIcon tone={CHECK_TONES[status]} />
      <div>
        <p>
          <b>{CHECK_WORDS[name]}</b> <span class="soft">· {STATUS_WORDS[status]}</span>
        </p>
        <p>{detail}</p>
        {remedy !== null && status !== 'ok' && <p class="remedy">{remedy}</p>}
        <p class="soft">
          {value}; expected: {limit}
        </p>
      </div>
    </li>
  );
}
