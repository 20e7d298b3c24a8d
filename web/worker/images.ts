import type { CoreImage, CoreResult } from './core.js';
import type { Decoder } from './decoder.js';
import { Failure, failureOf } from './failure.js';
import type { WireImage } from './protocol.js';

const maxFileBytes = 64 * 1024 * 1024;
const maxPixels = 64 * 1024 * 1024;
const maxSide = 16384;

/** The image at the network's size. Throws a Failure for one that cannot be used. */
export async function prepareImage(decoder: Decoder, image: WireImage): Promise<Uint8Array> {
  const result = await (image instanceof Blob
    ? prepareBlob(decoder, image)
    : decoder.resizePixels(image instanceof ImageData ? image : pixelsOf(image)));
  if (!result.ok) throw failureOf(result);
  return result.value.pixels;
}

async function prepareBlob(decoder: Decoder, blob: Blob): Promise<CoreResult<CoreImage>> {
  const result = await decoder.decodeFile(await readBytes(blob));
  if (result.ok || result.code !== 'unsupported-image') return result;
  const bitmap = await decodeInBrowser(blob);
  try {
    return await decoder.resizePixels(pixelsOf(bitmap));
  } finally {
    bitmap.close();
  }
}

async function readBytes(blob: Blob): Promise<Uint8Array> {
  if (blob.size === 0) throw new Failure('corrupt-image', 'The file is empty.');
  if (blob.size > maxFileBytes) {
    throw new Failure('image-too-large', 'The file is larger than 64 MB. Save the image smaller.');
  }
  try {
    return new Uint8Array(await blob.arrayBuffer());
  } catch {
    throw new Failure(
      'unreadable-file',
      'The file could not be read. If it was moved or changed since it was chosen, choose it again.',
    );
  }
}

/** Formats that the core lacks: WebP, AVIF, GIF's first frame, and HEIC where there is a decoder. */
async function decodeInBrowser(blob: Blob): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(blob, {
      colorSpaceConversion: 'none',
      premultiplyAlpha: 'none',
    });
  } catch {
    throw new Failure(
      'unsupported-image',
      'This is not an image that the browser can open. JPEG, PNG, BMP, WebP, GIF and AVIF work.',
    );
  }
}

function pixelsOf(bitmap: ImageBitmap): ImageData {
  checkSize(bitmap.width, bitmap.height);
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const drawing = canvas.getContext('2d', { willReadFrequently: true });
  if (!drawing) throw new Failure('out-of-memory', 'The browser has no memory for this image.');
  drawing.drawImage(bitmap, 0, 0);
  return drawing.getImageData(0, 0, bitmap.width, bitmap.height);
}

function checkSize(width: number, height: number): void {
  if (width <= maxSide && height <= maxSide && width * height <= maxPixels) return;
  throw new Failure(
    'image-too-large',
    `The image has ${width} x ${height} pixels. Save it with at most ${maxSide} a side and ` +
      '64 million in all.',
  );
}
