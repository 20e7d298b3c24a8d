import { css, html, type PropertyDeclarations } from 'lit';
import { type FoundFile, folderOf } from '../model/files.js';
import { plural } from '../model/format.js';
import type { PhotoClass } from '../model/photo-class.js';
import type { Studio } from '../model/studio.js';
import { DropTarget } from './drop-target.js';
import type { FilesEvent } from './file-picker.js';
import { trashIcon } from './icons.js';
import type { RemovePhotoEvent } from './photo-grid.js';
import { StudioElement } from './studio-element.js';
import { base, buttons, cards, classHues } from './styles.js';
import './failed-photos.js';
import './file-picker.js';
import './photo-grid.js';

/** One class: its name, its photos, and where to put more. Sends `remove-class`. */
export class ClassCard extends StudioElement {
  static override properties: PropertyDeclarations = {
    ...StudioElement.properties,
    photoClass: { attribute: false },
    problem: { state: true },
  };
  static override styles = [
    base,
    buttons,
    cards,
    classHues,
    css`
      .card {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 0.8rem;
        border-top: 4px solid var(--hue);
        transition: box-shadow 0.15s;
      }
      :host([dropping]) .card {
        box-shadow: 0 0 0 3px var(--hue);
      }
      header {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.25rem 0.6rem;
      }
      input {
        flex: 1;
        min-width: 8rem;
        min-height: 2.5rem;
        padding: 0.2rem 0.5rem;
        margin-left: -0.5rem;
        border: 1px solid transparent;
        border-radius: 10px;
        background: none;
        color: inherit;
        font: inherit;
        font-size: 1.125rem;
        font-weight: 650;
        text-overflow: ellipsis;
      }
      input:hover {
        border-color: var(--line);
      }
      input:focus {
        border-color: var(--accent);
        background: var(--card);
      }
      .count {
        white-space: nowrap;
      }
      .problem {
        flex-basis: 100%;
        color: var(--bad);
      }
      button.round {
        margin-right: -0.5rem;
      }
    `,
  ];
  declare photoClass: PhotoClass;
  declare problem: string | null;

  constructor() {
    super();
    this.problem = null;
    new DropTarget(this, (files) => this.addFiles(files));
  }

  protected override watched({ classes }: Studio) {
    return [classes];
  }

  override render() {
    const { name, hue, photos, failed } = this.photoClass;
    const purpose = `for ${name}`;
    return html`
      <section class="card" data-hue=${hue} aria-label="Class ${name}">
        <header>
          <input
            aria-label="Class name"
            aria-describedby="problem"
            aria-invalid=${this.problem !== null}
            maxlength="200"
            autocomplete="off"
            spellcheck="false"
            .value=${name}
            @focus=${(event: FocusEvent) => (event.target as HTMLInputElement).select()}
            @change=${this.#rename}
            @keydown=${leaveOnEnter}
          />
          <span class="count small muted">${photos.length > 0 ? plural(photos.length, 'photo') : ''}</span>
          <button
            class="round"
            type="button"
            title="Remove class"
            aria-label="Remove class ${name}"
            @click=${this.#remove}
          >
            ${trashIcon}
          </button>
          <span id="problem" class="problem small" role="alert">${this.problem ?? ''}</span>
        </header>
        ${
          photos.length > 0
            ? html`<tt-photo-grid
                name=${name}
                .photos=${[...photos]}
                @remove-photo=${this.#removePhoto}
              ></tt-photo-grid>`
            : null
        }
        ${
          failed.length > 0
            ? html`<tt-failed-photos .failed=${failed} @dismiss=${this.#dismiss}></tt-failed-photos>`
            : null
        }
        <tt-file-picker
          folders
          hint=${photos.length > 0 ? 'Drop more' : `Drop photos or a folder of ${name} here`}
          purpose=${purpose}
          ?compact=${photos.length > 0}
          @files=${(event: FilesEvent) => this.addFiles(event.files)}
        ></tt-file-picker>
      </section>
    `;
  }

  /** Adds files; a folder names a class that has no name yet. */
  addFiles(files: FoundFile[]): void {
    const { classes } = this.studio;
    const folder = files[0] ? folderOf(files[0]) : null;
    const isNew = this.photoClass.photos.length === 0 && /^Class \d+$/.test(this.photoClass.name);
    if (folder && isNew) classes.rename(this.photoClass, folder);
    classes.addFiles(this.photoClass, files);
  }

  override focus(): void {
    this.renderRoot.querySelector('input')?.focus();
  }

  #rename(event: Event): void {
    const name = (event.target as HTMLInputElement).value.trim();
    this.problem = this.studio.classes.nameProblem(this.photoClass, name);
    if (this.problem === null) this.studio.classes.rename(this.photoClass, name);
  }

  #remove(): void {
    this.dispatchEvent(new Event('remove-class'));
  }

  #removePhoto({ photo }: RemovePhotoEvent): void {
    this.studio.classes.removePhoto(this.photoClass, photo);
    if (this.photoClass.photos.length === 0) this.focus();
  }

  #dismiss(): void {
    this.studio.classes.dismissFailed(this.photoClass);
    this.focus();
  }
}

function leaveOnEnter(event: KeyboardEvent): void {
  if (event.key === 'Enter') (event.target as HTMLInputElement).blur();
}

customElements.define('tt-class-card', ClassCard);
