import { css, html } from 'lit';
import type { Studio } from '../model/studio.js';
import type { Settings } from '../model/training.js';
import { StudioElement } from './studio-element.js';
import { base, cards } from './styles.js';
import './augmentation-settings.js';

interface Field {
  name: keyof Settings;
  label: string;
  help: string;
  min: number;
  max: number;
  step: string;
}

const fields: Field[] = [
  {
    name: 'epochs',
    label: 'Epochs',
    help: 'times to go over all photos',
    min: 1,
    max: 10000,
    step: '1',
  },
  {
    name: 'batchSize',
    label: 'Batch size',
    help: 'photos to learn from at once',
    min: 1,
    max: 4096,
    step: '1',
  },
  {
    name: 'learningRate',
    label: 'Learning rate',
    help: 'size of each step; too large and it never settles',
    min: 1e-9,
    max: 1,
    step: 'any',
  },
  {
    name: 'validationSplit',
    label: 'Held back',
    help: 'share of photos kept for the check, 0 to 0.9',
    min: 0,
    max: 0.9,
    step: 'any',
  },
];

/** What an expert may set; a value out of range is refused where it stands. */
export class TrainingSettings extends StudioElement {
  static override styles = [
    base,
    cards,
    css`
      .fields {
        display: grid;
        gap: 0.8rem;
        padding-top: 0.8rem;
      }
      label {
        display: grid;
        grid-template-columns: 1fr 6.5rem;
        gap: 0 0.8rem;
        font-size: 0.9375rem;
      }
      label small {
        grid-row: 2;
        color: var(--muted);
        line-height: 1.35;
      }
      input {
        grid-column: 2;
        grid-row: 1 / span 2;
        align-self: start;
        min-height: 2.4rem;
        padding: 0.2rem 0.6rem;
        border: 1px solid var(--control);
        border-radius: 10px;
        background: var(--card);
        color: inherit;
        font: inherit;
        font-variant-numeric: tabular-nums;
      }
      input:invalid {
        border-color: var(--bad);
        color: var(--bad);
      }
    `,
  ];

  protected override watched({ training }: Studio) {
    return [training];
  }

  override render() {
    const { settings, state } = this.studio.training;
    return html`
      <details>
        <summary>Settings</summary>
        <div class="fields">
          ${fields.map(
            ({ name, label, help, min, max, step }) => html`
              <label>
                <span>${label}</span>
                <small>${help}</small>
                <input
                  type="number"
                  name=${name}
                  min=${min}
                  max=${max}
                  step=${step}
                  required
                  ?disabled=${state === 'running'}
                  .value=${String(settings[name])}
                  @change=${(event: Event) => this.#set(name, event.target as HTMLInputElement)}
                />
              </label>
            `,
          )}
        </div>
        <tt-augmentation-settings .studio=${this.studio}></tt-augmentation-settings>
      </details>
    `;
  }

  #set(name: keyof Settings, input: HTMLInputElement): void {
    if (input.reportValidity()) this.studio.training.set({ [name]: input.valueAsNumber });
  }
}

customElements.define('tt-training-settings', TrainingSettings);
