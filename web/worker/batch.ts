// Calls over many images. One bad image is reported by name and the others go on.
import type { CoreEvaluation, CoreSession } from './core.js';
import type { Context } from './dispatcher.js';
import { asFailure, Failure, invoke } from './failure.js';
import type { Originals } from './originals.js';
import { Progress } from './progress.js';
import type {
  AddedImage,
  FailedImage,
  LabelledImage,
  NamedImage,
  Phase,
  WireImage,
} from './protocol.js';
import type { Tuner } from './tuner.js';

/** Makes an image the session's current one; returns its pixels at the network's size. */
export type LoadImage = (image: WireImage) => Promise<Uint8Array>;

/** Errors of one image; any other ends the whole call. */
export const imageErrors: ReadonlySet<string> = new Set([
  'unsupported-image',
  'corrupt-image',
  'image-too-large',
  'unreadable-file',
]);

/** Makes each image current in turn and calls `use` on it; returns the images that failed. */
async function forEachImage<T extends NamedImage>(
  load: LoadImage,
  images: T[],
  phase: Phase,
  context: Context,
  use: (image: T, index: number, pixels: Uint8Array, progress: Progress) => void | Promise<void>,
): Promise<FailedImage[]> {
  const failed: FailedImage[] = [];
  const progress = new Progress(context, phase, images.length);
  for (const [index, image] of images.entries()) {
    await context.pause();
    try {
      await use(image, index, await load(image.image), progress);
    } catch (error) {
      const { code, message } = asFailure(error);
      if (!imageErrors.has(code)) throw error;
      const failure = { index, name: image.name, code, message };
      failed.push(failure);
      await context.report({ kind: 'image', image: failure });
    }
    await progress.advance(1, image.name);
  }
  return failed;
}

export async function addImages(
  session: CoreSession,
  load: LoadImage,
  originals: Originals,
  label: string,
  images: NamedImage[],
  tuner: Pick<Tuner, 'tune'>,
  context: Context,
): Promise<{ added: AddedImage[]; failed: FailedImage[] }> {
  const added: AddedImage[] = [];
  const failed = await forEachImage(
    load,
    images,
    'features',
    context,
    async (source, index, pixels, progress) => {
      const image = { index, id: invoke(() => session.addSample(label)) };
      originals.keep(image.id, source, pixels);
      added.push(image);
      await context.report({ kind: 'image', image });
      if (await tuner.tune('soon', context)) progress.resume();
    },
  );
  return { added, failed };
}

export async function evaluate(
  session: CoreSession,
  load: LoadImage,
  images: LabelledImage[] | null,
  context: Context,
): Promise<CoreEvaluation & { failed: FailedImage[] }> {
  if (images === null) return { ...invoke(() => session.evaluate()), failed: [] };
  invoke(() => session.evaluateBegin());
  const failed = await forEachImage(load, images, 'evaluate', context, ({ label }) => {
    invoke(() => session.evaluateAdd(label));
  });
  if (failed.length === images.length) {
    throw new Failure('invalid-argument', 'None of the images could be used for the evaluation.');
  }
  return { ...invoke(() => session.evaluateFinish()), failed };
}
