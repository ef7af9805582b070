import type { FastifyInstance } from 'fastify';
import type { Config } from '../config/config.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Draining } from './draining.ts';
import { createInstance } from './instance.ts';
import { installAnswerHeaders } from './plugins/answer-headers.ts';
import { installFaults } from './plugins/faults.ts';
import { RequestMetrics } from './plugins/request-metrics.ts';
import { installSilentConnections } from './plugins/silent-connections.ts';
import { addBuildInfoRoute } from './service/build-info-route.ts';
import { createChecks, type Dependencies } from './service/dependency-checks.ts';
import { addHealthRoutes, type HealthPorts } from './service/health-routes.ts';
import { addMetricsRoute, type MetricsPorts } from './service/metrics-route.ts';

export interface ServicePorts extends Omit<HealthPorts & MetricsPorts, 'checkAll'> {
  readonly config: Config;
  readonly dependencies: Dependencies;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly draining: Draining;
}

/** What probes and scrapers ask of a process, whatever its role. */
export function addServiceRoutes(app: FastifyInstance, ports: ServicePorts): void {
  const checkAll = createChecks(ports.dependencies);
  addHealthRoutes(app, { ...ports, checkAll });
  addMetricsRoute(app, { ...ports, checkAll });
  addBuildInfoRoute(app, ports.config.build);
}

/** A server of the service routes alone, for a process that answers nobody else. */
export async function buildServiceServer(ports: ServicePorts): Promise<FastifyInstance> {
  const { config, metrics, log, draining } = ports;
  const app = createInstance(config);
  const requestMetrics = new RequestMetrics(metrics, log);
  installSilentConnections(app);
  installAnswerHeaders(app);
  draining.install(app);
  installFaults(app, { log, limit: null, metrics: requestMetrics });
  requestMetrics.install(app);
  addServiceRoutes(app, ports);
  await app.ready();
  return app;
}
