/**
 * Lets invocations side by side go on one at a time: each of their calls waits until it is chosen. One that is frozen
 * goes on when every other one has ended, or is frozen as well.
 *
 * @param picks which of those that wait goes next, over and over
 */
export async function inTurns<T>(
  world: { turn: () => Promise<void>; untilAlone: () => Promise<void> },
  picks: readonly number[],
  invocations: readonly (() => Promise<T>)[],
): Promise<T[]> {
  const waiting: (() => void)[] = [];
  const frozen: (() => void)[] = [];
  let running = invocations.length;
  let hasEnded = false;
  world.turn = () => new Promise((resolve) => waiting.push(resolve));
  world.untilAlone = () => new Promise((resolve) => frozen.push(resolve));
  const run = (invoke: () => Promise<T>) =>
    invoke().finally(() => {
      running -= 1;
    });
  const ending = Promise.all(invocations.map(run)).finally(() => {
    hasEnded = true;
  });
  for (let pick = 0; ; pick += 1) {
    // By now everybody who runs has come to a call.
    await new Promise((resolve) => setImmediate(resolve));
    if (hasEnded) break;
    // One that has ended may have left a call frozen.
    if (waiting.length === 0 && frozen.length >= running) {
      frozen.shift()?.();
      continue;
    }
    const [chosen] = waiting.splice((picks[pick % picks.length] ?? 0) % (waiting.length || 1), 1);
    chosen?.();
  }
  world.turn = async () => {};
  world.untilAlone = async () => {};
  for (const goOn of waiting) goOn();
  return ending;
}
