import { startTwin } from '../../infra/local/twin.ts';
import { parseConfiguration } from '../../lib/config/configuration.ts';
import { startConsumer } from './consumer.ts';
import { createStage } from './stage.ts';
import { type DrillStep, STEPS } from './steps.ts';

/** A virtual minute is a second, while nothing runs. */
const SPEED = 60;

const CONFIGURATION = parseConfiguration(
  JSON.stringify({
    connections: [
      {
        id: 'crm',
        client: 'main',
        dataCenter: 'eu',
        scopes: ['ZohoCRM.modules.ALL', 'ZohoCRM.org.READ'],
        probe: 'crm',
      },
    ],
    alerts: { sender: 'keeper@example.com', recipients: { default: ['team@example.com'] } },
  }),
  'the drill',
);

export interface DrillOptions {
  readonly print: (line: string) => void;
  /** What is played; a test leaves something out. */
  readonly steps?: readonly DrillStep[];
}

/**
 * Plays the emergency: everything is lost, consumers fail, an admin asks for a consent, and all resume.
 *
 * @returns the exit code: 1 if a step did not come true
 */
export async function runDrill({ print, steps = STEPS }: DrillOptions): Promise<0 | 1> {
  print('Emergency drill: complete loss of the tokens of "crm". Times are the twin’s.\n');
  const twin = await startTwin({ configuration: CONFIGURATION, speed: SPEED });
  const consumer = startConsumer(twin);
  const beganAtMs = twin.clock.nowMs();
  const stage = createStage(twin, consumer);
  const at = () => clockTime(twin.clock.nowMs() - beganAtMs);
  try {
    twin.startSchedules();
    for (const { title, play } of steps) {
      try {
        const said = await play(stage);
        print(`${at()}  ✓ ${title}: ${said}`);
      } catch (error) {
        print(`${at()}  ✗ ${title}: ${(error as Error).message}`);
        return 1;
      }
    }
    print(`\nAll resumed. ${consumer.summary()}`);
    return 0;
  } finally {
    await consumer.stop();
    await twin.close();
  }
}

/** Such as `01:02:03`. */
function clockTime(elapsedMs: number): string {
  return new Date(elapsedMs).toISOString().slice(11, 19);
}
