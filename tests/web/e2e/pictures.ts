import type { APIRequestContext } from '@playwright/test';

/** A picture of the sample set, as Playwright gives it to a file input. */
export interface Picture {
  label: string;
  name: string;
  mimeType: string;
  buffer: Buffer;
}

/** The sample set of the site under test. Each name begins with its label: `bird-crow.png`. */
export async function samplePictures(request: APIRequestContext): Promise<Picture[]> {
  const response = await request.get('/samples/index.json');
  const index: { classes: { label: string; files: string[] }[] } = await response.json();
  const pictures: Picture[] = [];
  for (const { label, files } of index.classes) {
    for (const file of files) {
      const picture = await request.get(`/samples/${file}`);
      const name = `${label}-${file.split('/').at(-1)}`;
      pictures.push({ label, name, mimeType: 'image/png', buffer: await picture.body() });
    }
  }
  return pictures;
}

/** The first `count` pictures of each class. */
export function firstOfEach(pictures: Picture[], count: number): Picture[] {
  return [...byLabel(pictures).values()].flatMap((ofClass) => ofClass.slice(0, count));
}

export function byLabel(pictures: Picture[]): Map<string, Picture[]> {
  const labels = new Map<string, Picture[]>();
  for (const picture of pictures) {
    labels.set(picture.label, [...(labels.get(picture.label) ?? []), picture]);
  }
  return labels;
}

export const brokenJpeg = {
  name: 'broken.jpg',
  mimeType: 'image/jpeg',
  buffer: Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1]),
};
export const textFile = {
  name: 'notes.txt',
  mimeType: 'text/plain',
  buffer: Buffer.from('no image at all'),
};
export const emptyFile = { name: 'empty.png', mimeType: 'image/png', buffer: Buffer.alloc(0) };
