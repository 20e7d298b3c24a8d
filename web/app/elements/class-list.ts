import { css, html } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { plural, timeLeft } from '../model/format.js';
import type { PhotoClass } from '../model/photo-class.js';
import type { Studio } from '../model/studio.js';
import type { ClassCard } from './class-card.js';
import type { ConfirmDialog } from './confirm-dialog.js';
import { DropTarget } from './drop-target.js';
import { alertIcon, plusIcon, stopIcon } from './icons.js';
import { StudioElement } from './studio-element.js';
import { base, buttons, cards, progressBars } from './styles.js';
import './class-card.js';
import './confirm-dialog.js';

/** The first step: the classes, and how far the work on their photos is. */
export class ClassList extends StudioElement {
  static override styles = [
    base,
    buttons,
    cards,
    progressBars,
    css`
      .classes {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(17.5rem, 100%), 1fr));
        align-items: start;
        gap: 1rem;
      }
      .work {
        position: sticky;
        top: 0.75rem;
        z-index: 1;
        display: grid;
        grid-template-columns: 1fr auto;
        align-items: center;
        gap: 0.6rem 1rem;
        padding: 0.8rem 0.8rem 0.8rem 1.1rem;
        margin-bottom: 1rem;
      }
      .work progress {
        grid-column: 1 / -1;
      }
      .error {
        margin-bottom: 1rem;
      }
      .add {
        display: grid;
        place-content: center;
        justify-items: center;
        width: 100%;
        min-height: 9rem;
        border: 2px dashed var(--line);
        border-radius: var(--radius);
        background: none;
        color: var(--accent);
      }
      .add small {
        color: var(--muted);
        font-weight: 400;
      }
      :host([dropping]) .add {
        border-color: var(--accent);
        background: var(--accent-soft);
      }
    `,
  ];

  constructor() {
    super();
    new DropTarget(this, (files) => this.studio.classes.addFolders(files));
  }

  protected override watched({ classes, engine }: Studio) {
    return [classes, engine];
  }

  override render() {
    const { list, error } = this.studio.classes;
    return html`
      ${this.#work()} ${error ? this.#error(error) : null}
      <div class="classes">
        ${repeat(
          list,
          ({ key }) => key,
          (photoClass) => html`
            <tt-class-card
              data-key=${photoClass.key}
              .studio=${this.studio}
              .photoClass=${photoClass}
              @remove-class=${() => this.#remove(photoClass)}
            ></tt-class-card>
          `,
        )}
        <button class="add" type="button" @click=${this.#add}>
          ${plusIcon} Add a class
          <small>or drop folders here: each becomes one</small>
        </button>
      </div>
      <tt-confirm-dialog></tt-confirm-dialog>
    `;
  }

  #work() {
    const { work } = this.studio.classes;
    if (!work) return null;
    const waits = this.studio.engine.state.name === 'loading';
    const text = waits
      ? `${plural(work.total, 'photo')} will be looked at as soon as the network is loaded.`
      : `Looking at photos: ${work.done} of ${work.total}`;
    return html`
      <div class="card work">
        <span>${text} <span class="muted small">${timeLeft(work.secondsLeft)}</span></span>
        <button type="button" @click=${() => this.studio.classes.cancel()}>${stopIcon}Stop</button>
        <progress
          aria-label="Photos looked at"
          max=${work.total}
          .value=${work.done}
        ></progress>
      </div>
    `;
  }

  #error(error: string) {
    return html`
      <div class="error" role="alert">
        ${alertIcon}
        <p>${error} Your photos are still here.</p>
      </div>
    `;
  }

  async #add(): Promise<void> {
    await this.#focusClass(this.studio.classes.add());
  }

  async #remove(photoClass: PhotoClass): Promise<void> {
    const { classes } = this.studio;
    const { name, photos } = photoClass;
    const question = `Remove the class ${name} with its ${plural(photos.length, 'photo')}?`;
    const dialog = this.renderRoot.querySelector<ConfirmDialog>('tt-confirm-dialog');
    if (photos.length > 0 && !(await dialog?.ask(question, 'Remove'))) return;
    const index = classes.list.indexOf(photoClass);
    classes.remove(photoClass);
    this.studio.announcer.say(`Class ${name} removed.`);
    await this.#focusClass(classes.list[Math.max(0, index - 1)]);
  }

  async #focusClass(photoClass: PhotoClass | undefined): Promise<void> {
    await this.updateComplete;
    const selector = photoClass ? `[data-key="${photoClass.key}"]` : '.add';
    const element = this.renderRoot.querySelector<HTMLElement>(selector);
    if (element && 'updateComplete' in element) await (element as ClassCard).updateComplete;
    element?.focus();
  }
}

customElements.define('tt-class-list', ClassList);
