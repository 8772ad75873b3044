/**
 * Lets invocations side by side go on one at a time: each of their calls waits until it is chosen.
 *
 * @param picks which of those that wait goes next, over and over
 */
export async function inTurns<T>(
  world: { turn: () => Promise<void> },
  picks: readonly number[],
  invocations: readonly (() => Promise<T>)[],
): Promise<T[]> {
  const waiting: (() => void)[] = [];
  let hasEnded = false;
  world.turn = () => new Promise((resolve) => waiting.push(resolve));
  const ending = Promise.all(invocations.map((invoke) => invoke())).finally(() => {
    hasEnded = true;
  });
  for (let pick = 0; !hasEnded; pick += 1) {
    // By now everybody who runs has come to a call.
    await new Promise((resolve) => setImmediate(resolve));
    const [chosen] = waiting.splice((picks[pick % picks.length] ?? 0) % (waiting.length || 1), 1);
    chosen?.();
  }
  world.turn = async () => {};
  for (const goOn of waiting) goOn();
  return ending;
}
