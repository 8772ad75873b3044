import { Component, type ComponentChildren } from 'preact';
import { Note } from './note.tsx';

/** Shows what to do when a view cannot be drawn, in the place of an empty page. */
export class Boundary extends Component<{ children: ComponentChildren }, { hasFailed: boolean }> {
  override state = { hasFailed: false };

  static override getDerivedStateFromError() {
    return { hasFailed: true };
  }

  override componentDidCatch(fault: unknown) {
    // Without its stack: the browser names the page in it by the address that the sign-in came back to.
    console.error('CONSOLE_VIEW_FAILED', fault instanceof Error ? fault.message : typeof fault);
  }

  override render() {
    if (!this.state.hasFailed) return this.props.children;
    return (
      <div class="lone">
        <Note tone="failure" title="This view cannot be shown" isAnnounced>
          <p>
            The page may be older than the API behind it. Reload it; nothing of what the keeper does depends
            on this page. If it happens again, use the API itself (README, “The admin API”), and report what
            the browser’s console says under CONSOLE_VIEW_FAILED.
          </p>
          <p>
            <button type="button" class="primary" onClick={() => location.reload()}>
              Reload the page
            </button>
          </p>
        </Note>
      </div>
    );
  }
}
