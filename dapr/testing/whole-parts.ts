/** Ends a part in what a process prints: a suite with all its tests. The reporter writes it where it is asked to. */
export const partMark = '\u001e\n';

export interface WholeParts {
  readonly hear: (text: string) => void;
  /** Prints what is left, as of a process that broke off. */
  readonly end: () => void;
}

/** Keeps what a process prints until a part of it is whole, so that what several print at a time can be read. */
export function wholeParts(print: (part: string) => void): WholeParts {
  let kept = '';
  return {
    hear(text) {
      const parts = (kept + text).split(partMark);
      kept = parts.pop() ?? '';
      for (const part of parts) print(part);
    },
    end() {
      if (kept !== '') print(kept);
      kept = '';
    },
  };
}
