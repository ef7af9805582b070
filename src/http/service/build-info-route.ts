import type { FastifyInstance } from 'fastify';
import { readBuildInfo } from '#sdk/contract/build-info.ts';
import type { Config } from '../../config/config.ts';
import { route } from '../route.ts';

export function addBuildInfoRoute(app: FastifyInstance, { version, color, buildTime, commit }: Config['build']): void {
  route(app, readBuildInfo, () => ({ version, color, build_time: buildTime ?? '', commit: commit ?? '' }));
}
