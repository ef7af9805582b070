import { useState } from 'react';
import { useNavigate } from 'react-router';
import type { AdminSale } from '#sdk/contract/admin-sale.ts';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';
import { Panel } from '../parts/panel.tsx';
import { useToast } from '../parts/toasts.tsx';
import { adminPaths as paths } from '../paths.ts';
import { ActionButton } from '../session/action-button.tsx';
import { type EndTexts, liveTexts as texts } from '../texts/live-texts.ts';
import { useSaleAction } from './use-sale-action.ts';

type Ending = 'end' | 'cancel' | 'remove';

/** What cannot be undone, each behind a word that has to be typed. */
export function EndPanel({ sale }: { readonly sale: AdminSale }) {
  const [asked, setAsked] = useState<Ending | null>(null);
  return (
    <Panel title={texts.endings}>
      <ul className="divide-y divide-line">
        {endingsOf(sale).map((ending) => (
          <li key={ending} className="flex flex-wrap items-center justify-between gap-3 py-4 first:pt-0 last:pb-0">
            <p className="max-w-prose min-w-0 flex-1 basis-60 text-sm text-muted">{texts[ending].detail}</p>
            <ActionButton look="secondary" className="text-critical" onClick={() => setAsked(ending)}>
              {texts[ending].action}
            </ActionButton>
          </li>
        ))}
      </ul>
      {asked && <EndDialog sale={sale} ending={asked} onClose={() => setAsked(null)} />}
    </Panel>
  );
}

function endingsOf({ state }: AdminSale): readonly Ending[] {
  if (state === 'scheduled') return ['cancel', 'remove'];
  if (state === 'active' || state === 'paused') return ['end', 'cancel'];
  return ['remove'];
}

interface EndDialogProps {
  readonly sale: AdminSale;
  readonly ending: Ending;
  readonly onClose: () => void;
}

function EndDialog({ sale: { sale_id, name }, ending, onClose }: EndDialogProps) {
  const text: EndTexts = texts[ending];
  const announce = useToast();
  const navigate = useNavigate();
  const act = useSaleAction((api) => {
    if (ending === 'end') return api.endSale({ sale_id });
    return ending === 'cancel' ? api.cancelSale({ sale_id }) : api.deleteSale({ sale_id });
  });
  const confirm = () =>
    act.mutate(undefined, {
      onSuccess: () => {
        announce({ title: text.done(name), tone: 'neutral' });
        onClose();
        if (ending === 'remove') navigate(paths.sales);
      },
    });
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={text.ask(name)}
      description={text.detail}
      confirm={text.action}
      look="critical"
      word={text.word}
      busy={act.isPending}
      error={act.error}
      onConfirm={confirm}
    />
  );
}
