// The pixels that make_photos.py gives to Keras: those that our own decoder makes of the photos.
//
//     node tests/golden/photos/make_pixels.mjs DATA OUT.u8
//
// DATA has hymenoptera_data/; `npm run build` comes first.
import { writeFileSync } from 'node:fs';
import { addressOf, inPage } from '../../../tools/lib/in-page.mjs';
import { photosOf } from './photos.mjs';

const [, , data = '', output = ''] = process.argv;
const photos = photosOf(data);
const images = await inPage(
  decode,
  photos.map((_, index) => addressOf(index)),
  photos,
);
writeFileSync(output, Buffer.concat(images.map((pixels) => Buffer.from(pixels, 'base64'))));

/** Runs in the page. @param {string[]} addresses @returns {Promise<string[]>} in base64 */
async function decode(addresses) {
  const decoder = await (await import(`${location.origin}/wasm/decoder.mjs`)).default();
  const images = [];
  for (const address of addresses) {
    const bytes = new Uint8Array(await (await fetch(address)).arrayBuffer());
    const { value } = decoder.decodeFile(bytes);
    images.push(btoa(Array.from(value.pixels, (byte) => String.fromCharCode(byte)).join('')));
  }
  return images;
}
