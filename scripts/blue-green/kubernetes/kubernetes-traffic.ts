import { COLORS, type Color, type Traffic, type Watch } from '../traffic.ts';
import { ClusterUnavailable, type Kubectl } from './kubectl.ts';
import { PrometheusWatch } from './prometheus-watch.ts';

/** Its selector is the switch: docs/decisions/0028. */
const SERVICE = 'tidegate-gateway';

interface Service {
  readonly spec: { readonly selector: { readonly color?: string } };
}

interface Deployment {
  readonly status: { readonly readyReplicas?: number };
}

/** Blue and green in a cluster, with deploy/kustomize. */
export class KubernetesTraffic implements Traffic {
  readonly #kubectl: Kubectl;
  readonly #prometheusUrl: string;

  constructor(kubectl: Kubectl, prometheusUrl: string) {
    this.#kubectl = kubectl;
    this.#prometheusUrl = prometheusUrl;
  }

  async active(): Promise<Color> {
    const { spec } = (await this.#kubectl.get('service', SERVICE)) as Service;
    const color = COLORS.find((known) => known === spec.selector.color);
    if (color) return color;
    throw new ClusterUnavailable(`the selector of ${SERVICE} names no color: buyers reach gateways of both`);
  }

  async readyGateways(color: Color): Promise<number> {
    const { status } = (await this.#kubectl.get('deployment', `${SERVICE}-${color}`)) as Deployment;
    return status.readyReplicas ?? 0;
  }

  async sendTo(color: Color): Promise<void> {
    await this.#kubectl.patch('service', SERVICE, { spec: { selector: { color } } });
  }

  async watch(color: Color): Promise<Watch> {
    return PrometheusWatch.begin(this.#prometheusUrl, `${SERVICE}-${color}-.+`);
  }
}
