export const runtimeVersion: string;
export const cliVersion: string;
export function releaseUrl(program: 'daprd' | 'placement' | 'scheduler' | 'dapr', platform?: string, arch?: string): string;
export function daprFolders(environment?: NodeJS.ProcessEnv): { cached: string; installed: string };
export function releasesAnswer(): Promise<boolean>;
export function daprCanBeHad(): Promise<boolean>;
