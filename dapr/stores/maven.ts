import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../process/command.ts';
import type { Step } from '../progress.ts';

export interface Artifact {
  readonly group: string;
  readonly name: string;
  readonly version: string;
  readonly type?: string;
}

/** Copies artifacts and, of jars, all that they depend on into `folder`. Maven keeps what it has, so that a second try goes on. */
export async function copyArtifacts(artifacts: readonly Artifact[], folder: string, step: Step): Promise<void> {
  if (existsSync(folder)) return;
  const unfinished = `${folder}.${String(process.pid)}`;
  mkdirSync(unfinished, { recursive: true });
  writeFileSync(join(unfinished, 'pom.xml'), pom(artifacts));
  step.say('downloading with Maven');
  await run('mvn', ['-B', '-ntp', 'dependency:copy-dependencies', '-DoutputDirectory=lib', '-DincludeScope=runtime'], {
    cwd: unfinished,
    step,
  });
  renameSync(unfinished, folder);
}

function pom(artifacts: readonly Artifact[]): string {
  const dependencies = artifacts.map(
    ({ group, name, version, type = 'jar' }) =>
      `<dependency><groupId>${group}</groupId><artifactId>${name}</artifactId><version>${version}</version><type>${type}</type></dependency>`,
  );
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>cartwright</groupId><artifactId>stores</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>${dependencies.join('\n    ')}</dependencies>
</project>
`;
}
