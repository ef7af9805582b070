import { type Static, Type } from 'typebox';
import { operation } from './operation.ts';

const buildInfo = Type.Object({
  version: Type.String({ examples: ['0.1.0'] }),
  color: Type.String({ description: 'Which side of a blue/green deployment this is.', examples: ['blue'] }),
  build_time: Type.String({ examples: ['2030-11-01T12:00:00Z'] }),
  commit: Type.String({ examples: ['3f2a9c1'] }),
});

export type BuildInfo = Static<typeof buildInfo>;

export const readBuildInfo = operation({
  id: 'readBuildInfo',
  method: 'GET',
  path: '/api/v1/build-info',
  summary: 'Which build this is',
  description: 'Empty strings where the build did not say.',
  tags: ['service'],
  auth: 'none',
  responses: { 200: buildInfo },
  problems: [],
});
