import { AuthenticationError } from '@platformatic/kafka';
import type { KafkaCluster } from '../../config/kafka-cluster.ts';
import { certificateFault, errorTree } from '../../resilience/error-tree.ts';
import { OrderLogUnavailable } from '../order-log.ts';

/** In a sentence, what an operator has to put right. Any other failure is passed on as it is. */
export function explained(failure: unknown, { signIn }: KafkaCluster): unknown {
  const untrusted = certificateFault(failure);
  if (untrusted) {
    return new OrderLogUnavailable(
      `Kafka's certificate is not trusted (${untrusted.message}): NODE_EXTRA_CA_CERTS has to name a file with its authority`,
      { cause: untrusted },
    );
  }
  const refused = errorTree(failure).find((part) => part instanceof AuthenticationError);
  if (!refused) return failure;
  return new OrderLogUnavailable(
    `Kafka does not let ${signIn?.username} in by ${signIn?.mechanism}: see the user and password of ORDER_LOG_URL`,
    { cause: refused },
  );
}
