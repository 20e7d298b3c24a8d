import type { Capabilities } from './variant.js';

// Functions of one SIMD instruction each: i8x16.popcnt, and i8x16.relaxed_swizzle.
const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 5, 1, 0x60, 0, 1, 0x7b, 3, 2, 1, 0];
const simdModule = [...header, 10, 10, 1, 8, 0, 0x41, 0, 0xfd, 0x0f, 0xfd, 0x62, 0x0b];
const relaxedModule = [
  ...[...header, 10, 15, 1, 13, 0, 0x41, 1, 0xfd, 0x0f, 0x41, 2, 0xfd, 0x0f],
  ...[0xfd, 0x80, 0x02, 0x0b],
];

/** What this browser and this page can do. */
export function detectCapabilities(): Capabilities {
  return {
    crossOriginIsolated: globalThis.crossOriginIsolated === true,
    sharedArrayBuffer: typeof SharedArrayBuffer === 'function',
    simd: validates(simdModule),
    relaxedSimd: validates(relaxedModule),
    processors: globalThis.navigator?.hardwareConcurrency ?? 1,
  };
}

function validates(module: number[]): boolean {
  return typeof WebAssembly === 'object' && WebAssembly.validate(new Uint8Array(module));
}
