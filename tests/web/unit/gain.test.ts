import { expect, it } from 'vitest';
import { Gain } from '../../../web/app/model/gain.js';

it('tells nothing before the same was trained with and without copies', () => {
  const gain = new Gain();
  expect(gain.summary).toBeNull();
  gain.note('a', false, 0.5, 20);
  gain.note('b', true, 0.9, 20);
  expect(gain.summary).toBeNull();
  gain.note('b', false, 0.5, 20);
  expect(gain.summary).toBe('Of the photos held back: 18 of 20 right with copies, 10 without.');
});

it('says when a difference may be chance, or is none', () => {
  const gain = new Gain();
  gain.note('a', false, 0.9, 20);
  gain.note('a', true, 0.95, 20);
  expect(gain.summary).toMatch(/19 of 20 .* 18 without\. So small a difference may be chance\.$/);
  gain.note('a', true, 0.9, 20);
  expect(gain.summary).toMatch(/18 of 20 .* 18 without\. No difference was seen\.$/);
});
