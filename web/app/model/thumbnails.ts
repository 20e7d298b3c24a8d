// Small pictures of files, made one at a time so that a thousand photos do not fill the memory.
const side = 144;
let last: Promise<unknown> = Promise.resolve();

/**
 * The address of a small square picture of the file's middle; the caller revokes it. Null if the
 * browser cannot open the file.
 */
export function makeThumbnail(file: File, isWanted: () => boolean): Promise<string | null> {
  const made = last.then(() => (isWanted() ? draw(file) : null)).catch(() => null);
  last = made;
  return made;
}

async function draw(file: File): Promise<string> {
  const bitmap = await createImageBitmap(file);
  const canvas = new OffscreenCanvas(side, side);
  const scale = side / Math.min(bitmap.width, bitmap.height);
  const [width, height] = [bitmap.width * scale, bitmap.height * scale];
  const drawing = canvas.getContext('2d');
  if (!drawing) throw new Error('No memory for a thumbnail.');
  drawing.fillStyle = 'white'; // as the trainer sees transparency
  drawing.fillRect(0, 0, side, side);
  drawing.imageSmoothingQuality = 'high';
  drawing.drawImage(bitmap, (side - width) / 2, (side - height) / 2, width, height);
  bitmap.close();
  return URL.createObjectURL(await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.85 }));
}
