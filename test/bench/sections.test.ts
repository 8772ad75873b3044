import { expect, it } from 'vitest';
import { isSectionName, USUAL_SECTIONS } from '../../bench/sections.ts';

it('what takes more than half an hour is measured only when it is asked for', () => {
  expect(isSectionName('growth')).toBe(true);
  expect(USUAL_SECTIONS).not.toContain('growth');
  expect(USUAL_SECTIONS).toContain('calls');
});
