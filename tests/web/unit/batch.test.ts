import { expect, it } from 'vitest';
import { addImages, evaluate, type LoadImage } from '../../../web/worker/batch.js';
import { cancelled, Failure } from '../../../web/worker/failure.js';
import { Originals } from '../../../web/worker/originals.js';
import { contextOf, ok, refuse, scriptedSession } from './scripted-core.js';

const file = (name: string, text = name) => ({ name, image: new File([text], name) });

/** Refuses the files whose text begins with `bad`. */
const load: LoadImage = async (image) => {
  if ((await (image as Blob).text()).startsWith('bad')) {
    throw new Failure('corrupt-image', 'Broken.');
  }
  return new Uint8Array();
};

const noTuning = { tune: async () => false };

function adding() {
  let id = 100;
  const addSample = () => {
    id += 1;
    return ok(id);
  };
  return scriptedSession({ addSample });
}

it('reports a broken image by name and goes on', async () => {
  const { events, context } = contextOf();
  const images = [file('a.jpg'), file('broken.jpg', 'bad'), file('b.jpg')];
  const { added, failed } = await addImages(
    adding(),
    load,
    new Originals(),
    'cat',
    images,
    noTuning,
    context,
  );
  expect(added).toEqual([
    { index: 0, id: 101 },
    { index: 2, id: 102 },
  ]);
  expect(failed).toEqual([
    { index: 1, name: 'broken.jpg', code: 'corrupt-image', message: 'Broken.' },
  ]);
  const seen = events.flatMap((event) => (event.kind === 'image' ? [event.image.index] : []));
  expect(seen).toEqual([0, 1, 2]);
  expect(events.at(-1)).toMatchObject({ phase: 'features', done: 3, total: 3, name: 'b.jpg' });
});

it('stops between images when cancelled, and has told of those before', async () => {
  let pauses = 0;
  const { events, context } = contextOf(async () => {
    pauses += 1;
    if (pauses === 3) throw cancelled();
  });
  const images = [file('a'), file('b'), file('c'), file('d')];
  const call = addImages(adding(), load, new Originals(), 'cat', images, noTuning, context);
  await expect(call).rejects.toMatchObject({ code: 'aborted' });
  expect(events.filter(({ kind }) => kind === 'image')).toHaveLength(2);
});

it('ends at an error that is not of one image', async () => {
  const session = scriptedSession({ addSample: () => refuse('out-of-memory') });
  const call = addImages(
    session,
    load,
    new Originals(),
    'cat',
    [file('a')],
    noTuning,
    contextOf().context,
  );
  await expect(call).rejects.toMatchObject({ code: 'out-of-memory' });
});

it('refuses to evaluate on broken images alone', async () => {
  const session = scriptedSession({ evaluateBegin: () => ok(null) });
  const images = [{ ...file('a', 'bad'), label: 'cat' }];
  const call = evaluate(session, load, images, contextOf().context);
  await expect(call).rejects.toMatchObject({ code: 'invalid-argument' });
});
