import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { FUNCTION_NAMES } from '../../infra/cloud/function-code.ts';
import '../../functions/interpret-schemas.ts';

it('keeps schemas from being compiled', () => {
  expect(z.config().jitless).toBe(true);
});

it.each(FUNCTION_NAMES)('comes before whatever makes a schema in %s', (name) => {
  const source = readFileSync(new URL(`../../functions/${name}/handler.ts`, import.meta.url), 'utf8');
  expect(source.split('\n', 1)).toEqual(["import '../interpret-schemas.ts';"]);
});
