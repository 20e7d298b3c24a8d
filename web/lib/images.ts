import type { NamedImage, WireImage } from '../worker/protocol.js';
import { invalid } from './check.js';
import type { ImageInput } from './types.js';

/** The image in a form that can be sent to the worker, with a name for messages. */
export async function toNamedImage(image: ImageInput, index = 0): Promise<NamedImage> {
  return { name: nameOf(image) ?? `image ${index + 1}`, image: await toWireImage(image) };
}

export function toNamedImages(images: Iterable<ImageInput>): Promise<NamedImage[]> {
  if (typeof images !== 'object' || images === null || !(Symbol.iterator in images)) {
    throw invalid('images must be a list. Pass an array of files, also for a single one.');
  }
  return Promise.all(Array.from(images, toNamedImage));
}

function nameOf(image: ImageInput): string | null {
  if (!(image instanceof Blob) || !('name' in image)) return null;
  const file = image as File;
  return file.webkitRelativePath || file.name;
}

async function toWireImage(image: ImageInput): Promise<WireImage> {
  if (image instanceof Blob || image instanceof ImageData || image instanceof ImageBitmap) {
    return image;
  }
  if (typeof HTMLImageElement === 'function' && image instanceof HTMLImageElement) {
    await image.decode();
    return createImageBitmap(image, { colorSpaceConversion: 'none', premultiplyAlpha: 'none' });
  }
  throw invalid('An image must be a Blob or File, ImageData, ImageBitmap or HTMLImageElement.');
}
