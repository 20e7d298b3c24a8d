// The photos, and the picture that every system sees.

const SIZE = 299;
const FOLDER = '/photos/';

/** @returns {Promise<File[]>} all photos, in memory */
export async function loadPhotos() {
  /** @type {string[]} */
  const names = await (await fetch(`${FOLDER}index.json`)).json();
  return Promise.all(
    names.map(async (name) => new File([await (await fetch(FOLDER + name)).blob()], name)),
  );
}

/** @returns {Promise<ImageData>} the first photo at the network's size */
export async function loadPicture() {
  const [photo] = await loadPhotos();
  if (!photo) throw new Error('There are no photos.');
  const bitmap = await createImageBitmap(photo);
  const drawing = new OffscreenCanvas(SIZE, SIZE).getContext('2d');
  if (!drawing) throw new Error('There is no canvas.');
  drawing.drawImage(bitmap, 0, 0, SIZE, SIZE);
  return drawing.getImageData(0, 0, SIZE, SIZE);
}

/**
 * What the network takes: `x / 127.5 - 1`, RGB.
 * @param {ImageData} picture
 * @param {number} batch copies of it
 * @param {'NHWC' | 'NCHW'} layout
 */
export function networkInput({ data, width, height }, batch, layout) {
  const area = width * height;
  const image = new Float32Array(3 * area);
  for (let pixel = 0; pixel < area; ++pixel) {
    for (let channel = 0; channel < 3; ++channel) {
      const at = layout === 'NHWC' ? 3 * pixel + channel : channel * area + pixel;
      image[at] = Number(data[4 * pixel + channel]) / 127.5 - 1;
    }
  }
  const input = new Float32Array(batch * image.length);
  for (let i = 0; i < batch; ++i) input.set(image, i * image.length);
  return input;
}
