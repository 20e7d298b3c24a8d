import { css, html } from 'lit';
import { plural } from '../model/format.js';
import type { Studio } from '../model/studio.js';
import { cubeIcon } from './icons.js';
import { StudioElement } from './studio-element.js';
import { base, buttons } from './styles.js';

/** Offers the sample set, where there is one, until it is loaded. */
export class SampleButton extends StudioElement {
  static override styles = [
    base,
    buttons,
    css`
      div {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.5rem 0.9rem;
      }
    `,
  ];

  protected override watched({ samples }: Studio) {
    return [samples];
  }

  override render() {
    const { index, state, missing } = this.studio.samples;
    if (!index || state === 'loaded') return null;
    const pictures = index.classes.reduce((sum, { files }) => sum + files.length, 0);
    const contents = `${plural(pictures, 'picture')} in ${plural(index.classes.length, 'class', 'classes')}`;
    return html`
      <div>
        <button type="button" ?disabled=${state === 'loading'} @click=${this.#load}>
          ${cubeIcon}${state === 'loading' ? 'Loading the sample set' : 'Load a sample set'}
        </button>
        <span class="muted small">
          ${
            missing.length > 0
              ? `Not found: ${missing.join(', ')}.`
              : `No photos at hand? ${index.name}: ${contents}, ${index.licence}.`
          }
        </span>
      </div>
    `;
  }

  #load(): void {
    void this.studio.samples.load();
  }
}

customElements.define('tt-sample-button', SampleButton);
