import { join } from 'node:path';
import { photosIn } from '../../../tools/lib/photos.mjs';

/**
 * The photos of the golden features: the first five of each folder.
 * @param {string} data folder with hymenoptera_data
 */
export function photosOf(data) {
  return ['train', 'val'].flatMap((part) => {
    const photos = photosIn(join(data, 'hymenoptera_data', part));
    return ['ants', 'bees'].flatMap((label) =>
      photos
        .filter((photo) => photo.label === label)
        .slice(0, 5)
        .map(({ path }) => path),
    );
  });
}
