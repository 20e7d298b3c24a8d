import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openSafetensors, writePieces } from '../../../../tools/weights/safetensors.mjs';
import { fromFloat16, toFloat16 } from '../../../../web/weights/float16.mjs';
import { encodeSafetensors } from '../../../../web/weights/safetensors.mjs';
import { namesOf, temporaryFolder, tensor } from './fixtures.mjs';

const path = join(temporaryFolder(), 'file.safetensors');
const metadata = { format: 'test', 'a "quoted" name': 'é' };
const tensors = [tensor('b/kernel', [2, 3], 1), tensor('a/beta', [5], -2), tensor('none', [0], 0)];

describe.each(['float32', 'float16'])('a %s file', (dtype) => {
  test('comes back as it was written, in its order', () => {
    writePieces(path, encodeSafetensors(tensors, { metadata, dtype }));
    const file = openSafetensors(path);
    expect(file.metadata).toEqual(metadata);
    expect(namesOf(file.tensors)).toEqual(['b/kernel', 'a/beta', 'none']);
    for (const [index, { shape, read }] of file.tensors.entries()) {
      const expected = tensors[index].read();
      expect(shape).toEqual(tensors[index].shape);
      const rounded = dtype === 'float16' ? fromFloat16(toFloat16(expected)) : expected;
      expect(read()).toEqual(rounded);
    }
    file.close();
  });
});

test('int8 holds kernels in levels with a scale a channel, and leaves the rest', () => {
  const kernel = {
    name: 'a/kernel',
    shape: [2, 3],
    read: () => Float32Array.of(1, 0, -4, -2, 0, 1),
  };
  const pieces = [
    ...encodeSafetensors([kernel, tensor('a/beta', [2], 5)], { metadata: {}, dtype: 'int8' }),
  ];
  const header = JSON.parse(new TextDecoder().decode(pieces[0].subarray(8)));
  expect(header).toMatchObject({
    'a/kernel': { dtype: 'I8', shape: [2, 3], data_offsets: [0, 6] },
    'a/kernel_scale': { dtype: 'F32', shape: [3], data_offsets: [6, 18] },
    'a/beta': { dtype: 'F32', shape: [2], data_offsets: [18, 26] },
  });
  expect([...new Int8Array(pieces[1].buffer)]).toEqual([64, 0, -127, -127, 0, 32]);
  const scales = new Float32Array(pieces[2].buffer);
  expect(scales[0] * 127).toBeCloseTo(2, 6);
  expect(scales[1]).toBe(0);
  expect(scales[2] * 127).toBeCloseTo(4, 6);
});

test('the layout is that of the format', () => {
  writePieces(path, encodeSafetensors([tensor('x', [2], 1)], { metadata: {}, dtype: 'float32' }));
  const bytes = readFileSync(path);
  const headerBytes = Number(bytes.readBigUInt64LE());
  expect(headerBytes % 8).toBe(0);
  const header = JSON.parse(bytes.subarray(8, 8 + headerBytes).toString());
  expect(header).toEqual({
    __metadata__: {},
    x: { dtype: 'F32', shape: [2], data_offsets: [0, 8] },
  });
  expect(bytes.readFloatLE(8 + headerBytes)).toBe(1);
  expect(bytes.length).toBe(8 + headerBytes + 8);
});

test('a write that fails leaves the old file', () => {
  writePieces(path, encodeSafetensors(tensors, { metadata, dtype: 'float32' }));
  const before = readFileSync(path);
  const large = [tensor('large', [1], 1e6)];
  expect(() => writePieces(path, encodeSafetensors(large, { metadata, dtype: 'float16' }))).toThrow(
    'large has the value 1000000',
  );
  expect(readFileSync(path)).toEqual(before);
  expect(existsSync(`${path}.part`)).toBe(false);
});

describe('a damaged file is refused', () => {
  const one = { x: { dtype: 'F32', shape: [2], data_offsets: [0, 8] } };
  const data = Buffer.alloc(8);
  /** @param {string} json @param {Buffer} rest */
  const encode = (json, rest) => {
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(json.length));
    return Buffer.concat([length, Buffer.from(json), rest]);
  };
  const change = (entry) => encode(JSON.stringify({ x: { ...one.x, ...entry } }), data);

  test.each([
    ['empty', Buffer.alloc(0), 'header does not fit'],
    [
      'a header longer than the file',
      encode(JSON.stringify(one), data).subarray(0, 20),
      'header does not fit',
    ],
    ['no JSON', encode('{"x":', data), 'not JSON'],
    ['JSON that is no object', encode('[]', data), 'not a JSON object'],
    ['null', encode('null', data), 'not a JSON object'],
    ['truncated', encode(JSON.stringify(one), data.subarray(1)), 'bytes, and its header describes'],
    [
      'something at its end',
      encode(JSON.stringify(one), Buffer.alloc(9)),
      'bytes, and its header describes',
    ],
    ['a hole', change({ data_offsets: [4, 12] }), 'x overlaps or leaves a hole'],
    ['wrong size', change({ shape: [3] }), 'x has 8 bytes, not those of [3]'],
    ['a negative size', change({ shape: [-2] }), 'x has no proper shape'],
    ['an overflowing size', change({ shape: [2 ** 30, 2 ** 30, 2 ** 30] }), 'x has 8 bytes'],
    ['another dtype', change({ dtype: 'I64' }), 'x has the dtype I64'],
    ['no offsets', change({ data_offsets: undefined }), 'x has no proper offsets'],
    ['no entry', encode('{"x":null}', data), 'x has the dtype undefined'],
  ])('%s', (_, bytes, message) => {
    writeFileSync(path, bytes);
    expect(() => openSafetensors(path)).toThrow(message);
  });
});

describe('float16', () => {
  test('every bit pattern survives the way to float32 and back', () => {
    const all = Uint16Array.from({ length: 0x10000 }, (_, bits) => bits);
    const isNan = (half) => (half & 0x7c00) === 0x7c00 && (half & 0x3ff) !== 0;
    const numbers = all.filter((half) => !isNan(half));
    expect(toFloat16(fromFloat16(numbers))).toEqual(numbers);
    const nans = toFloat16(fromFloat16(all.filter(isNan)));
    expect(nans.every(isNan)).toBe(true);
  });

  test('rounds to the nearest, ties to even', () => {
    const ulp = 2 ** -10;
    const values = [
      1 + ulp / 2,
      1 + 1.5 * ulp,
      1 + 0.51 * ulp,
      2 ** -25,
      1.5 * 2 ** -24,
      65519,
      65520,
    ];
    const expected = [1, 1 + 2 * ulp, 1 + ulp, 0, 2 * 2 ** -24, 65504, Number.POSITIVE_INFINITY];
    expect([...fromFloat16(toFloat16(Float32Array.from(values)))]).toEqual(expected);
  });
});
