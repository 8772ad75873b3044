import { afterAll } from 'vitest';
import { VirtualClock } from '../../infra/local/clock.ts';
import { type Cloud, REGION, startCloud } from '../../infra/local/cloud.ts';
import { DataFolder } from '../../infra/local/data-folder.ts';
import { describeConformance } from './suite.ts';

const clock = new VirtualClock();
let twin: Cloud | undefined;

afterAll(async () => {
  await twin?.close();
  clock.stop();
});

describeConformance('twin', async () => {
  twin = await startCloud({ clock, data: DataFolder.inMemory(), onLog: () => {}, apiPort: 0 });
  return {
    url: twin.endpoint,
    region: REGION,
    credentials: { accessKeyId: 'conformance', secretAccessKey: 'conformance' },
    sender: null,
    settlingMs: 0,
  };
});
