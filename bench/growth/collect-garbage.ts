import { Session } from 'node:inspector/promises';
import type { Worker } from 'node:worker_threads';

const COLLECT = { id: 1, method: 'HeapProfiler.collectGarbage' } as const;

/**
 * Has a thread collect its garbage, so that what is left of its heap is in use. Node has no other way to ask that of
 * another thread than the inspector.
 *
 * @see https://chromedevtools.github.io/devtools-protocol/v8/HeapProfiler/#method-collectGarbage
 */
export async function collectGarbage(worker: Worker): Promise<void> {
  const session = new Session();
  session.connect();
  try {
    const attached = new Promise<string>((resolve) => {
      session.on('NodeWorker.attachedToWorker', ({ params: { sessionId, workerInfo } }) => {
        // The inspector counts workers by itself: the title alone has the thread's id.
        if (workerInfo.title.startsWith(`[worker ${worker.threadId}]`)) resolve(sessionId);
      });
    });
    const collected = new Promise<void>((resolve) => {
      session.on('NodeWorker.receivedMessageFromWorker', ({ params: { message } }) => {
        if (JSON.parse(message).id === COLLECT.id) resolve();
      });
    });
    await session.post('NodeWorker.enable', { waitForDebuggerOnStart: false });
    const sessionId = await attached;
    await session.post('NodeWorker.sendMessageToWorker', { sessionId, message: JSON.stringify(COLLECT) });
    await collected;
  } finally {
    session.disconnect();
  }
}
