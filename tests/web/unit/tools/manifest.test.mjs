import { expect, test } from 'vitest';
import { findSource, readManifest } from '../../../../tools/weights/manifest.mjs';

const DIGEST_BYTES = { md5: 16, sha256: 32, sha512: 64 };

test.each(readManifest().map((source) => [source.name, source]))('%s is described', (_, source) => {
  expect(source).toEqual({
    name: expect.stringMatching(/^[a-z0-9-]+$/),
    title: expect.stringMatching(/./),
    layout: expect.stringMatching(/^(keras-h5|nsfwjs)$/),
    ...('url' in source
      ? { url: expect.stringMatching(/^https:\/\//) }
      : { npm: expect.stringMatching(/^[a-z0-9-]+@\d+\.\d+\.\d+$/) }),
    integrity: expect.stringMatching(/^(md5|sha256|sha512)-/),
    licence: expect.stringMatching(/^[\w.-]+$/),
    featureLayers: expect.arrayContaining([expect.stringMatching(/^mixed(10|\d)$/)]),
    ...('featureTransform' in source && { featureTransform: 'sqrt' }),
    ...(source.calibration && {
      calibration: {
        activationRanges: expect.stringMatching(/^(-?[\d.]+(e-?\d+)?,?)+$/),
        int8Cosine: expect.closeTo(1, 1),
      },
    }),
    ...('featureScaling' in source && { featureScaling: 'standardize' }),
  });
  const [algorithm, digest] = source.integrity.split(/-(.*)/);
  expect(Buffer.from(digest, 'base64')).toHaveLength(DIGEST_BYTES[algorithm]);
});

test('the sources are these, and an unknown one is refused with the known', () => {
  const names = readManifest().map(({ name }) => name);
  expect(names).toEqual(['keras-imagenet', 'nsfwjs']);
  expect(() => findSource('imagenet')).toThrow('no source of weights named imagenet');
});
