/** Holds what a reader keeps, for how long, and what it makes of freezes, jumps of the clock and failures. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { ZohoToken } from '../../../lib/client/access-token-document.ts';
import { ZohoTokenUnavailableError } from '../../../lib/client/errors.ts';
import { TokenCache } from '../../../lib/client/token-cache.ts';
import { aToken, MINUTE_MS, NOW_MS, SECOND_MS } from './support.ts';

const FAILURE = new ZohoTokenUnavailableError('SECRETS_MANAGER_UNAVAILABLE', 'Secrets Manager is down.');
const EXPIRED = new ZohoTokenUnavailableError('TOKEN_EXPIRED', 'It is over.');
const [FIRST, SECOND] = [aToken({ accessToken: '1000.first' }), aToken({ accessToken: '1000.second' })];

let nowMs: number;
const read = vi.fn<() => Promise<ZohoToken>>();
let cache: TokenCache;

beforeEach(() => {
  nowMs = NOW_MS;
  read.mockReset().mockResolvedValue(FIRST);
  cache = new TokenCache({ read, expired: async () => EXPIRED }, () => nowMs);
});

/** Lets everything that is under way in the background come to its end. */
async function settle() {
  await new Promise((resolve) => setImmediate(resolve));
}

/** The next read waits until the test answers it. */
function holdNextRead() {
  const { promise, resolve, reject } = Promise.withResolvers<ZohoToken>();
  read.mockReturnValueOnce(promise);
  return { resolve, reject };
}

describe('a value', () => {
  it('is read once for a thousand first calls at once', async () => {
    const answers = await Promise.all(Array.from({ length: 1_000 }, () => cache.accessToken()));
    expect(new Set(answers)).toEqual(new Set(['1000.first']));
    expect(read).toHaveBeenCalledOnce();
  });

  it('is answered from memory for four minutes', async () => {
    await cache.accessToken();
    nowMs += 4 * MINUTE_MS - 1;
    expect(await cache.token()).toEqual(FIRST);
    expect(read).toHaveBeenCalledOnce();
  });

  it('is read anew in the background in its fifth minute: nobody waits, the next call has the new one', async () => {
    await cache.accessToken();
    read.mockResolvedValue(SECOND);
    nowMs += 4 * MINUTE_MS;
    expect(await cache.accessToken()).toBe('1000.first');
    await settle();
    expect(await cache.accessToken()).toBe('1000.second');
    expect(read).toHaveBeenCalledTimes(2);
  });

  it('that is five minutes old, as after a freeze, is read anew before it is answered', async () => {
    await cache.accessToken();
    read.mockResolvedValue(SECOND);
    nowMs += 5 * MINUTE_MS;
    expect(await cache.accessToken()).toBe('1000.second');
  });

  it('is read anew after the clock went backwards', async () => {
    await cache.accessToken();
    read.mockResolvedValue(SECOND);
    nowMs -= 1;
    expect(await cache.accessToken()).toBe('1000.second');
  });

  it('is never answered once it has expired', async () => {
    await cache.accessToken();
    nowMs = FIRST.expiresAtMs;
    await expect(cache.accessToken()).rejects.toBe(EXPIRED);
  });

  it('is not given up for one that has expired already', async () => {
    await cache.accessToken();
    read.mockResolvedValue(aToken({ accessToken: '1000.older', expiresAtMs: NOW_MS - 1 }));
    nowMs += 5 * MINUTE_MS;
    expect(await cache.accessToken()).toBe('1000.first');
  });

  it('that claims to live for longer than an hour is not believed, however often it is read', async () => {
    read.mockResolvedValue(aToken({ expiresAtMs: NOW_MS + 1_000 * MINUTE_MS }));
    expect((await cache.token()).expiresAtMs).toBe(NOW_MS + 60 * MINUTE_MS);
    for (let minute = 0; minute < 60; minute += 3) {
      nowMs = NOW_MS + minute * MINUTE_MS;
      expect((await cache.token()).expiresAtMs).toBe(NOW_MS + 60 * MINUTE_MS);
    }
    nowMs = NOW_MS + 60 * MINUTE_MS;
    await expect(cache.token()).rejects.toBe(EXPIRED);
  });
});

describe('a freeze', () => {
  it('in the middle of a read: what came is as old as the question, so it is asked again', async () => {
    const { resolve } = holdNextRead();
    const answer = cache.accessToken();
    nowMs += 40 * MINUTE_MS;
    read.mockResolvedValue(aToken({ accessToken: '1000.second', expiresAtMs: NOW_MS + 90 * MINUTE_MS }));
    resolve(FIRST);
    expect(await answer).toBe('1000.second');
  });

  it('that cut a read off: the next call does not wait for it, and its late failure counts for nothing', async () => {
    const { reject } = holdNextRead();
    const cutOff = cache.accessToken();
    cutOff.catch(() => {});
    nowMs += 10 * MINUTE_MS;
    expect(await cache.accessToken()).toBe('1000.first');
    reject(FAILURE);
    // It has what the other call read meanwhile.
    expect(await cutOff).toBe('1000.first');
    await cache.replacementFor('1000.first');
    expect(read).toHaveBeenCalledTimes(3);
  });

  it('through which the answer expired: it is asked again, and what is published by now is answered', async () => {
    const { resolve } = holdNextRead();
    const answer = cache.accessToken();
    nowMs += 60 * MINUTE_MS;
    read.mockResolvedValue(aToken({ accessToken: '1000.second', expiresAtMs: NOW_MS + 90 * MINUTE_MS }));
    resolve(FIRST);
    expect(await answer).toBe('1000.second');
    expect(read).toHaveBeenCalledTimes(2);
  });

  it('after which nothing newer is published: the token is said to be over', async () => {
    const { resolve } = holdNextRead();
    const answer = cache.accessToken();
    nowMs += 60 * MINUTE_MS;
    resolve(FIRST);
    await expect(answer).rejects.toBe(EXPIRED);
    expect(read).toHaveBeenCalledTimes(2);
  });

  it('a late answer does not take the place of a newer one', async () => {
    const { resolve } = holdNextRead();
    const cutOff = cache.accessToken();
    nowMs += MINUTE_MS;
    read.mockResolvedValue(SECOND);
    await cache.accessToken();
    resolve(FIRST);
    await cutOff;
    expect(await cache.accessToken()).toBe('1000.second');
  });
});

describe('while Secrets Manager fails', () => {
  beforeEach(async () => {
    await cache.accessToken();
    read.mockReset().mockRejectedValue(FAILURE);
    nowMs += 5 * MINUTE_MS;
  });

  it('a valid token is answered to its end, and then the failure', async () => {
    while (nowMs < FIRST.expiresAtMs) {
      expect(await cache.accessToken()).toBe('1000.first');
      nowMs += 7 * SECOND_MS;
    }
    await expect(cache.accessToken()).rejects.toBe(FAILURE);
  });

  it('it is asked after growing pauses, at most every half a minute', async () => {
    for (let second = 0; second <= 120; second++, nowMs += SECOND_MS) {
      await cache.accessToken();
      await settle();
    }
    // At seconds 0, 1, 3, 7, 15, 31, 61 and 91.
    expect(read).toHaveBeenCalledTimes(8);
  });

  it('nobody waits for the next try, as long as there is a valid token', async () => {
    await cache.accessToken();
    nowMs += SECOND_MS;
    const { resolve } = holdNextRead();
    expect(await Promise.all([cache.accessToken(), cache.token()])).toEqual(['1000.first', FIRST]);
    expect(read).toHaveBeenCalledTimes(2);
    resolve(SECOND);
    await settle();
    expect(await cache.accessToken()).toBe('1000.second');
  });

  it('a failure of long ago, as before a freeze, is no reason not to wait', async () => {
    await cache.accessToken();
    read.mockResolvedValue(SECOND);
    nowMs += 5 * MINUTE_MS;
    expect(await cache.accessToken()).toBe('1000.second');
  });

  it('the pauses begin anew once it has answered', async () => {
    for (let failures = 0; failures < 6; failures++) {
      await cache.accessToken();
      nowMs += 30 * SECOND_MS;
    }
    read.mockResolvedValueOnce(FIRST);
    await cache.accessToken();
    await settle();
    read.mockClear();
    nowMs += 5 * MINUTE_MS;
    await cache.accessToken();
    nowMs += SECOND_MS;
    await cache.accessToken();
    expect(read).toHaveBeenCalledTimes(2);
  });

  it('a clock that goes backwards does not make a pause longer', async () => {
    await cache.accessToken();
    nowMs -= 60 * MINUTE_MS;
    await cache.accessToken();
    expect(read).toHaveBeenCalledTimes(2);
  });

  it('it is asked at once again when nothing valid is left: a failure is never kept', async () => {
    nowMs = FIRST.expiresAtMs;
    await expect(cache.accessToken()).rejects.toBe(FAILURE);
    read.mockResolvedValue(aToken({ accessToken: '1000.second', expiresAtMs: nowMs + MINUTE_MS }));
    expect(await cache.accessToken()).toBe('1000.second');
  });

  it('a failure in the background is nobody’s unhandled rejection', async () => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    nowMs = NOW_MS + 4 * MINUTE_MS;
    expect(await cache.accessToken()).toBe('1000.first');
    await settle();
    process.off('unhandledRejection', unhandled);
    expect(read).toHaveBeenCalledOnce();
    expect(unhandled).not.toHaveBeenCalled();
  });
});

describe('a replacement for a refused token', () => {
  it('is what one look at the secret brings', async () => {
    await cache.accessToken();
    read.mockResolvedValue(SECOND);
    expect(await cache.replacementFor('1000.first')).toEqual(SECOND);
    expect(read).toHaveBeenCalledTimes(2);
    expect(await cache.accessToken()).toBe('1000.second');
  });

  it('is what was read meanwhile, without another look', async () => {
    await cache.accessToken();
    expect(await cache.replacementFor('1000.earlier')).toEqual(FIRST);
    expect(read).toHaveBeenCalledOnce();
  });

  it('does not exist while the same one is published', async () => {
    await cache.accessToken();
    expect(await cache.replacementFor('1000.first')).toBeNull();
    expect(read).toHaveBeenCalledTimes(2);
  });

  it('does not exist while the secret cannot be read', async () => {
    await cache.accessToken();
    read.mockRejectedValue(FAILURE);
    expect(await cache.replacementFor('1000.first')).toBeNull();
    expect(read).toHaveBeenCalledTimes(2);
  });

  it('is looked for in the pause after a failure too: the token in hand is of no use', async () => {
    await cache.accessToken();
    read.mockRejectedValueOnce(FAILURE).mockResolvedValueOnce(SECOND);
    expect(await cache.replacementFor('1000.first')).toBeNull();
    expect(await cache.replacementFor('1000.first')).toEqual(SECOND);
  });

  it('is looked for once more when the look that was under way began too early', async () => {
    await cache.accessToken();
    nowMs += 4 * MINUTE_MS;
    const { resolve } = holdNextRead();
    await cache.accessToken();
    read.mockResolvedValue(SECOND);
    const replacement = cache.replacementFor('1000.first');
    resolve(FIRST);
    expect(await replacement).toEqual(SECOND);
    expect(read).toHaveBeenCalledTimes(3);
  });
});
