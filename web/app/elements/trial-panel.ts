import { css, html } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Studio } from '../model/studio.js';
import { DropTarget } from './drop-target.js';
import type { FilesEvent } from './file-picker.js';
import { StudioElement } from './studio-element.js';
import { base, buttons, cards } from './styles.js';
import './file-picker.js';
import './trial-result.js';

/** The third step: photos to try the model on. */
export class TrialPanel extends StudioElement {
  static override styles = [
    base,
    buttons,
    cards,
    css`
      .card {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 1rem;
        transition: box-shadow 0.15s;
      }
      :host([dropping]) .card {
        box-shadow: 0 0 0 3px var(--accent);
      }
      .earlier {
        display: grid;
        gap: 0.8rem;
        padding-top: 1rem;
        border-top: 1px solid var(--line);
      }
    `,
  ];

  constructor() {
    super();
    new DropTarget(this, (files) => this.studio.trials.add(files));
  }

  protected override watched({ trials, training, classes }: Studio) {
    return [trials, training, classes];
  }

  override render() {
    const { trials } = this.studio;
    const [newest, ...earlier] = trials.list;
    return html`
      <div class="card">
        <tt-file-picker
          hint=${this.#hint()}
          purpose="to try"
          ?compact=${newest !== undefined}
          @files=${(event: FilesEvent) => trials.add(event.files)}
        ></tt-file-picker>
        ${repeat(
          newest ? [newest] : [],
          ({ key }) => key,
          (trial) => html`
            <tt-trial-result large .trial=${trial} state=${trial.state}></tt-trial-result>
          `,
        )}
        ${
          earlier.length > 0
            ? html`<div class="earlier">
                ${repeat(
                  earlier,
                  ({ key }) => key,
                  (trial) => html`
                    <tt-trial-result .trial=${trial} state=${trial.state}></tt-trial-result>
                  `,
                )}
              </div>`
            : null
        }
        ${
          newest
            ? html`<button class="plain" type="button" @click=${() => trials.clear()}>
                Clear these photos
              </button>`
            : null
        }
      </div>
    `;
  }

  #hint(): string {
    const { trials, training } = this.studio;
    if (trials.list.length > 0) return 'Drop or paste more';
    return training.hasModel
      ? 'Drop new photos here, or paste one'
      : 'When the model is trained, drop new photos here';
  }
}

customElements.define('tt-trial-panel', TrialPanel);
