import { css, html } from 'lit';
import type { AugmentationCost } from '../../lib/tabtrain.js';
import type { AugmentationSettings as Settings } from '../model/augmentation.js';
import { plural, roughTime } from '../model/format.js';
import type { Studio } from '../model/studio.js';
import { StudioElement } from './studio-element.js';
import { base, buttons, cards } from './styles.js';

type Numbers = 'views' | 'turn' | 'shift' | 'zoom' | 'brightness';
type Switches = 'mirror' | 'upsideDown';

interface Slider {
  name: Numbers;
  label: string;
  max: number;
  /** The value as a person reads it. */
  show: (value: number) => string;
}

const upTo = (unit: string) => (value: number) => (value === 0 ? 'not' : `up to ${value}${unit}`);
const sliders: Slider[] = [
  { name: 'views', label: 'Copies of each photo', max: 32, show: String },
  { name: 'turn', label: 'Turn', max: 180, show: upTo('°') },
  { name: 'shift', label: 'Move', max: 50, show: upTo(' %') },
  { name: 'zoom', label: 'Closer or farther', max: 50, show: upTo(' %') },
  { name: 'brightness', label: 'Brighter or darker', max: 80, show: upTo(' %') },
];
const switches: { name: Switches; label: string }[] = [
  { name: 'mirror', label: 'Mirror left and right' },
  { name: 'upsideDown', label: 'Turn upside down' },
];

/** Changed copies of the photos to train on: whether, which, what they cost, and examples. */
export class AugmentationSettings extends StudioElement {
  static override styles = [
    base,
    buttons,
    cards,
    css`
      fieldset {
        display: grid;
        gap: 0.7rem;
        min-width: 0;
        margin: 1rem 0 0;
        padding: 0.9rem 0 0;
        border: 0;
        border-top: 1px solid var(--line);
        font-size: 0.9375rem;
      }
      legend {
        float: left;
        padding: 0;
        font-weight: 600;
      }
      legend + * {
        clear: both;
      }
      label {
        display: flex;
        align-items: center;
        gap: 0.6rem;
        min-height: 1.75rem;
      }
      label.slider {
        display: grid;
        grid-template-columns: 1fr auto;
        gap: 0.1rem 0.8rem;
      }
      label.slider input {
        grid-column: 1 / -1;
        width: 100%;
        min-height: 1.5rem;
        margin: 0;
      }
      .value {
        color: var(--muted);
        font-variant-numeric: tabular-nums;
      }
      input {
        accent-color: var(--accent);
      }
      input[type='checkbox'] {
        width: 1.2rem;
        height: 1.2rem;
        flex: none;
        margin: 0;
      }
      .examples {
        display: grid;
        grid-template-columns: repeat(3, 1fr);
        gap: 4px;
        border-radius: 10px;
        overflow: hidden;
      }
      .examples img {
        display: block;
        width: 100%;
        aspect-ratio: 1;
      }
      figcaption {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: 0.2rem 0.8rem;
        margin-top: 0.4rem;
        overflow-wrap: anywhere;
      }
    `,
  ];

  protected override watched({ training }: Studio) {
    return [training, training.augmentation];
  }

  override render() {
    const { training } = this.studio;
    const { settings } = training.augmentation;
    return html`
      <fieldset ?disabled=${training.state === 'running'}>
        <legend>Make more of my photos</legend>
        <p class="small muted">
          Trains on changed copies too: turned, moved, mirrored. It can help when photos are few.
        </p>
        ${this.#switch('isOn', 'Add changed copies')}
        ${settings.isOn ? this.#details() : null}
      </fieldset>
    `;
  }

  #details() {
    const { price, preview, error } = this.studio.training.augmentation;
    return html`
      ${sliders.map((slider) => this.#slider(slider))}
      ${switches.map(({ name, label }) => this.#switch(name, label))}
      <p class="small" role="status">${price ? sayPrice(price) : 'Add photos to see examples.'}</p>
      ${error ? html`<p class="error" role="alert">${error}</p>` : null}
      ${preview ? this.#examples(preview) : null}
    `;
  }

  #slider({ name, label, max, show }: Slider) {
    const value = this.studio.training.augmentation.settings[name];
    return html`
      <label class="slider">
        <span>${label}</span>
        <span class="value" aria-hidden="true">${show(value)}</span>
        <input
          type="range"
          name=${name}
          min=${name === 'views' ? 1 : 0}
          max=${max}
          aria-label=${label}
          aria-valuetext=${show(value)}
          .value=${String(value)}
          @input=${(event: Event) => this.#set(name, (event.target as HTMLInputElement).valueAsNumber)}
        />
      </label>
    `;
  }

  #switch(name: Switches | 'isOn', label: string) {
    return html`
      <label>
        <input
          type="checkbox"
          name=${name}
          .checked=${this.studio.training.augmentation.settings[name]}
          @change=${(event: Event) => this.#set(name, (event.target as HTMLInputElement).checked)}
        />
        <span>${label}</span>
      </label>
    `;
  }

  #examples({ name, urls }: { name: string; urls: string[] }) {
    return html`
      <figure>
        <div class="examples">
          ${urls.map(
            (url, index) => html`<img src=${url} alt="Example ${index + 1} of ${name}, changed" />`,
          )}
        </div>
        <figcaption class="small muted">
          <span>Made of ${name}</span>
          <button type="button" class="plain" @click=${() => this.studio.training.augmentation.nextPhoto()}>
            Another photo
          </button>
        </figcaption>
      </figure>
    `;
  }

  #set<K extends keyof Settings>(name: K, value: Settings[K]): void {
    this.studio.training.augmentation.set({ [name]: value } as Partial<Settings>);
  }
}

function sayPrice({ views, seconds, megabytes, kept, dropped }: AugmentationCost): string {
  const sentences = [
    views === 0
      ? 'All copies are there: training takes no longer.'
      : `Makes ${plural(views, 'copy', 'copies')} once: ${roughTime(seconds)}, ` +
        `${megabytes < 0.1 ? 'under 0.1' : megabytes.toFixed(1)} MB.`,
  ];
  if (views > 0 && kept > 0) sentences.push(`${plural(kept, 'copy', 'copies')} are there already.`);
  if (dropped > 0) {
    sentences.push(`The ${plural(dropped, 'copy', 'copies')} of other settings will be dropped.`);
  }
  return sentences.join(' ');
}

customElements.define('tt-augmentation-settings', AugmentationSettings);
