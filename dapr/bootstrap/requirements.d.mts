export interface Requirement {
  name: string;
  why: string;
  get: string;
}
export type Ask = (program: string, programArguments: string[]) => string | undefined;
export function atLeast(found: string | undefined, least: string): boolean;
export function missingRequirements(
  options: readonly string[],
  given?: { onlyNode?: boolean; ask?: Ask; nodeVersion?: string; platform?: string; arch?: string; needsGo?: boolean },
): Requirement[];
export function describeMissing(missing: readonly Requirement[]): string;
