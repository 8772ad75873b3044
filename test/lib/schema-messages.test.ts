import { expect, it, vi } from 'vitest';
import * as z from 'zod/mini';

const wordsFor = (value: unknown) => z.safeParse(z.strictObject({}), value).error?.issues[0]?.message;

it.each(['../../lib/config/configuration.ts', '../../lib/http/parse-request.ts'])(
  'has zod say what is wrong, for whoever reads what %s found',
  async (path) => {
    z.config({ localeError: undefined });
    expect(wordsFor({ urgent: 1 })).toBe('Invalid input');
    vi.resetModules();
    await import(path);
    expect(wordsFor({ urgent: 1 })).toBe('Unrecognized key: "urgent"');
  },
);
