import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Webhook } from '#sdk/contract/webhook.ts';
import { useApi } from '../../shared/api.tsx';
import { Button } from '../../shared/button.tsx';
import { shortId } from '../parts/copy-id.tsx';
import { problemText } from '../parts/problem-text.ts';
import { useToast } from '../parts/toasts.tsx';
import { webhookTexts as texts, webhookTypeTexts } from '../texts/webhook-texts.ts';

/** Tells the shop once more, under the same id: a shop that has heard it notices. */
export function ReplayButton({ webhook }: { readonly webhook: Webhook }) {
  const { webhook_id: id, type, order_id: orderId, status } = webhook;
  const api = useApi();
  const queries = useQueryClient();
  const announce = useToast();
  const replay = useMutation({
    mutationFn: () => api.replayWebhook({ webhook_id: id }),
    onSuccess: () => announce({ tone: 'positive', title: texts.replayed }),
    onError: (error) => announce({ tone: 'critical', title: texts.failed, detail: problemText(error) }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['webhooks'] }),
  });
  if (status === 'pending') return null;
  return (
    <Button
      look="secondary"
      busy={replay.isPending}
      aria-label={texts.replayOf(webhookTypeTexts[type], shortId(orderId))}
      onClick={() => replay.mutate()}
    >
      {texts.replay}
    </Button>
  );
}
