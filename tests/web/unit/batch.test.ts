import { expect, it } from 'vitest';
import { addImages, evaluate } from '../../../web/worker/batch.js';
import type { CoreSession } from '../../../web/worker/core.js';
import { cancelled } from '../../../web/worker/failure.js';
import { contextOf, ok, refuse, scriptedSession } from './scripted-core.js';

const file = (name: string, text = name) => ({ name, image: new File([text], name) });

/** Refuses the files whose text begins with `bad`. */
const loadFile: CoreSession['loadFile'] = (bytes) =>
  new TextDecoder().decode(bytes).startsWith('bad')
    ? refuse('corrupt-image')
    : ok({ width: 1, height: 1 });

function adding() {
  let id = 100;
  const addSample = () => {
    id += 1;
    return ok(id);
  };
  return scriptedSession({ loadFile, addSample });
}

it('reports a broken image by name and goes on', async () => {
  const { events, context } = contextOf();
  const images = [file('a.jpg'), file('broken.jpg', 'bad'), file('empty.png', ''), file('b.jpg')];
  const { added, failed } = await addImages(adding(), 'cat', images, context);
  expect(added).toEqual([
    { index: 0, id: 101 },
    { index: 3, id: 102 },
  ]);
  expect(failed).toEqual([
    { index: 1, name: 'broken.jpg', code: 'corrupt-image', message: 'Corrupt-image.' },
    { index: 2, name: 'empty.png', code: 'corrupt-image', message: 'The file is empty.' },
  ]);
  const seen = events.flatMap((event) => (event.kind === 'image' ? [event.image.index] : []));
  expect(seen).toEqual([0, 1, 2, 3]);
  expect(events.at(-1)).toMatchObject({ phase: 'features', done: 4, total: 4, name: 'b.jpg' });
});

it('stops between images when cancelled, and has told of those before', async () => {
  let pauses = 0;
  const { events, context } = contextOf(async () => {
    pauses += 1;
    if (pauses === 3) throw cancelled();
  });
  const images = [file('a'), file('b'), file('c'), file('d')];
  const call = addImages(adding(), 'cat', images, context);
  await expect(call).rejects.toMatchObject({ code: 'aborted' });
  expect(events.filter(({ kind }) => kind === 'image')).toHaveLength(2);
});

it('ends at an error that is not of one image', async () => {
  const session = scriptedSession({ loadFile, addSample: () => refuse('out-of-memory') });
  const call = addImages(session, 'cat', [file('a')], contextOf().context);
  await expect(call).rejects.toMatchObject({ code: 'out-of-memory' });
});

it('refuses to evaluate on broken images alone', async () => {
  const session = scriptedSession({ loadFile, evaluateBegin: () => ok(null) });
  const images = [{ ...file('a', 'bad'), label: 'cat' }];
  const call = evaluate(session, images, contextOf().context);
  await expect(call).rejects.toMatchObject({ code: 'invalid-argument' });
});
