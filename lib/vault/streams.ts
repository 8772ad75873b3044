/** The next element; null when there is none. */
export async function next<T>(stream: AsyncGenerator<T, void>): Promise<T | null> {
  const { value, done } = await stream.next();
  return done ? null : value;
}

/** The first element of a stream that is not read any further; null when there is none. */
export async function firstOf<T>(stream: AsyncGenerator<T, void>): Promise<T | null> {
  try {
    return await next(stream);
  } finally {
    await stream.return();
  }
}
