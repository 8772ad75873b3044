import { describe, expect, it } from 'vitest';
import { runDrill } from '../../tools/drill/run.ts';
import { type DrillStep, STEPS } from '../../tools/drill/steps.ts';

async function play(steps: readonly DrillStep[]) {
  const lines: string[] = [];
  const exitCode = await runDrill({ print: (line) => void lines.push(line), steps });
  return { exitCode, lines };
}

describe('the emergency drill', () => {
  it('from complete loss to consumers that are served again, with the incident’s duration', async () => {
    const { exitCode, lines } = await play(STEPS);
    expect(exitCode, lines.join('\n')).toBe(0);
    const events = lines.slice(1, -1);
    expect(events).toHaveLength(STEPS.length);
    for (const line of events) expect(line).toMatch(/^\d\d:\d\d:\d\d {2}✓ /);
    expect(lines).toContainEqual(expect.stringMatching(/✓ the incident is closed: crm-\d+, after \d+ s$/));
    expect(lines.join('\n')).not.toMatch(/1000\.[0-9a-f]{16}|state=/);
  }, 60_000);

  it('ends with 1 at the first step that does not come true, and says what it waited for', async () => {
    const never: DrillStep = {
      title: 'a miracle happens',
      play: () => Promise.reject(new Error('waited in vain')),
    };
    const { exitCode, lines } = await play([never, ...STEPS]);
    expect(exitCode).toBe(1);
    expect(lines.at(-1)).toMatch(/✗ a miracle happens: waited in vain$/);
  });
});
