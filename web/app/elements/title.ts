import type { Studio } from '../model/studio.js';

const name = 'tabtrain';

/** The document's title, which tells a person in another tab how far the work is. */
export function pageTitle({ classes, training }: Studio): string {
  const { work } = classes;
  if (training.state === 'running') {
    const done = training.epochs.at(-1)?.epoch ?? 0;
    return `Training ${done} of ${training.settings.epochs} - ${name}`;
  }
  if (work) return `Photos ${work.done} of ${work.total} - ${name}`;
  if (training.hasModel) return `Trained - ${name}`;
  return `${name}: teach a browser tab to tell your photos apart`;
}
