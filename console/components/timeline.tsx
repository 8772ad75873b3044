import type { IncidentAnswer } from '../api/answers.ts';
import { HEALTH_TONES, HEALTH_WORDS } from '../model/words.ts';
import { ToneIcon } from './icons.tsx';
import { Time } from './time.tsx';

/** What happened in an incident, oldest first. */
export function Timeline({ incident: { timeline } }: { incident: IncidentAnswer }) {
  return (
    <ol class="timeline">
      {timeline.map(({ at, health, code, detail }) => (
        <li key={`${at}${code}`} class={HEALTH_TONES[health]}>
          <ToneIcon tone={HEALTH_TONES[health]} />
          <div>
            <p>
              <b>{HEALTH_WORDS[health]}</b> <span class="soft">·</span> <Time at={at} />
            </p>
            {detail !== '' && <p>{detail}</p>}
            <p class="soft">
              <code>{code}</code>
            </p>
          </div>
        </li>
      ))}
    </ol>
  );
}
