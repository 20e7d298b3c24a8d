import { expect, it } from 'vitest';
import type { LoadImage } from '../../../web/worker/batch.js';
import { Originals } from '../../../web/worker/originals.js';
import { ok, scriptedSession } from './scripted-core.js';

const pixels = new Uint8Array([1, 2, 3]);
const file = new File(['photo'], 'photo.jpg');
const bitmap = {} as ImageBitmap;

it('decodes files again, and keeps the pixels of anything else', async () => {
  const originals = new Originals();
  originals.keep(1, { name: 'photo.jpg', image: file }, pixels);
  originals.keep(2, { name: 'image 2', image: bitmap }, pixels);
  const loaded: unknown[] = [];
  const loadImage: LoadImage = async (image) => {
    loaded.push(image);
    return pixels;
  };
  const session = scriptedSession({
    loadImage(image) {
      loaded.push(image);
      return ok(null);
    },
  });
  await originals.load(1, session, loadImage);
  await originals.load(2, session, loadImage);
  expect(loaded).toEqual([file, pixels]);
  expect(originals.nameOf(2)).toBe('image 2');
});

it('forgets the samples that are gone', () => {
  const originals = new Originals();
  for (const id of [1, 2, 3]) originals.keep(id, { name: `${id}.jpg`, image: file }, pixels);
  originals.prune(scriptedSession({ hasSample: (id) => ok(id === 2) }));
  expect(originals.nameOf(2)).toBe('2.jpg');
  expect(() => originals.nameOf(1)).toThrow('was not kept');
});
