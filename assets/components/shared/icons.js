/** Icons as inline SVG in the text's colour; no font, no emoji. */

const draw = (body) => `<svg viewBox="0 0 16 16" width="16" height="16" fill="currentColor" aria-hidden="true" focusable="false">${body}</svg>`;

export const ICONS = {
  play: draw('<path d="M4.5 2.6v10.8a.6.6 0 0 0 .92.5l8.3-5.4a.6.6 0 0 0 0-1l-8.3-5.4a.6.6 0 0 0-.92.5z"/>'),
  pause: draw('<rect x="3.5" y="2.5" width="3.2" height="11" rx=".7"/><rect x="9.3" y="2.5" width="3.2" height="11" rx=".7"/>'),
  forward: draw('<path d="M3.2 3.2v9.6a.5.5 0 0 0 .78.42l6.9-4.8a.5.5 0 0 0 0-.84l-6.9-4.8a.5.5 0 0 0-.78.42z"/><rect x="11.6" y="2.8" width="1.8" height="10.4" rx=".6"/>'),
  back: draw('<path d="M12.8 3.2v9.6a.5.5 0 0 1-.78.42l-6.9-4.8a.5.5 0 0 1 0-.84l6.9-4.8a.5.5 0 0 1 .78.42z"/><rect x="2.6" y="2.8" width="1.8" height="10.4" rx=".6"/>'),
  start: draw('<path d="M8.3 3.6v8.8a.45.45 0 0 1-.7.37L1.6 8.4a.45.45 0 0 1 0-.74l6-4.4a.45.45 0 0 1 .7.36z"/><path d="M14.8 3.6v8.8a.45.45 0 0 1-.7.37L8.1 8.4a.45.45 0 0 1 0-.74l6-4.4a.45.45 0 0 1 .7.36z"/>'),
  end: draw('<path d="M7.7 3.6v8.8a.45.45 0 0 0 .7.37l6-4.37a.45.45 0 0 0 0-.74l-6-4.4a.45.45 0 0 0-.7.36z"/><path d="M1.2 3.6v8.8a.45.45 0 0 0 .7.37l6-4.37a.45.45 0 0 0 0-.74l-6-4.4a.45.45 0 0 0-.7.36z"/>'),
  loop: draw('<path d="M4.6 3.2h5.9a4.3 4.3 0 0 1 0 8.6H7.2v1.7a.4.4 0 0 1-.66.3L3.7 11.4a.4.4 0 0 1 0-.6l2.84-2.4a.4.4 0 0 1 .66.3v1.6h3.3a2.8 2.8 0 0 0 0-5.6H4.6a.75.75 0 0 1 0-1.5z"/>'),
  edit: draw('<path d="M10.9 2.2a1.5 1.5 0 0 1 2.1 0l.8.8a1.5 1.5 0 0 1 0 2.1l-7.9 7.9-3.4.9a.5.5 0 0 1-.6-.6l.9-3.4zM10.2 4.3l-6.5 6.5-.5 2 2-.5 6.5-6.5z"/>'),
  download: draw('<path d="M7.3 2h1.4v6.3l2.3-2.3 1 1L8 11 4 7l1-1 2.3 2.3zM2.8 12.6h10.4V14H2.8z"/>'),
};
