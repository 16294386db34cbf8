import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import { Timestamp } from '@cartwright/kernel/schemas';
import { Type } from 'typebox';
import type { BuildProgress } from '../adapters/index-builds.ts';

/** Building the search index anew while searches and changes go on. */
export interface Rebuilds {
  start(): Promise<void>;
  progress(): Promise<BuildProgress | undefined>;
}

const staff = { permission: 'search.manage' } as const;
const Progress = Type.Object({
  state: Type.Union([Type.Literal('building'), Type.Literal('live'), Type.Literal('none')]),
  done: Type.Integer({ description: 'Products that the build has read' }),
  total: Type.Integer({ description: 'Products that there were when it began' }),
  startedAt: Type.Union([Timestamp, Type.Null()]),
  finishedAt: Type.Union([Timestamp, Type.Null()]),
});

export function searchIndexRoutes(rebuilds: Rebuilds): Route[] {
  const progress = async () =>
    (await rebuilds.progress()) ?? { state: 'none' as const, done: 0, total: 0, startedAt: null, finishedAt: null };
  return [
    route({
      method: 'POST',
      path: '/api/catalog/search-index/builds',
      summary: 'Build the search index anew beside the one that is asked, unless that goes on already',
      tags: ['search'],
      access: staff,
      responses: { 202: Progress },
      handle: async () => {
        await rebuilds.start();
        return { status: 202, body: await progress() };
      },
    }),
    route({
      method: 'GET',
      path: '/api/catalog/search-index',
      summary: 'How far the build is that goes on, or when the last one was done',
      tags: ['search'],
      access: staff,
      responses: { 200: Progress },
      handle: async () => ({ body: await progress() }),
    }),
  ];
}
