import { useState } from 'react';
import type { Gate, GateChange, Room } from '#sdk/contract/waiting-room.ts';
import { Badge } from '../../shared/badge.tsx';
import { Button } from '../../shared/button.tsx';
import { formatCount } from '../../shared/numbers.ts';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';
import { LogSlider } from '../parts/log-slider.tsx';
import { Panel } from '../parts/panel.tsx';
import { useToast } from '../parts/toasts.tsx';
import { ActionButton } from '../session/action-button.tsx';
import { useRole } from '../session/use-role.ts';
import { liveTexts as texts } from '../texts/live-texts.ts';
import { useSaleAction } from './use-sale-action.ts';

interface GatePanelProps {
  readonly saleId: string;
  readonly room: NonNullable<Room>;
}

type Limits = Pick<Gate, 'rate_per_second' | 'max_active'>;

/** How many are let in. What is moved here changes nothing before it has been confirmed. */
export function GatePanel({ saleId, room: { gate } }: GatePanelProps) {
  const [draft, setDraft] = useState<Limits | null>(null);
  const [asked, setAsked] = useState<GateChange | null>(null);
  const announce = useToast();
  const isViewer = useRole() === 'viewer';
  const changing = useSaleAction((api, change: GateChange) => api.changeGate({ sale_id: saleId, ...change }));
  const wanted = draft ?? gate;
  const changed = wanted.rate_per_second !== gate.rate_per_second || wanted.max_active !== gate.max_active;
  const confirm = () =>
    changing.mutate(asked ?? {}, {
      onSuccess: () => {
        setAsked(null);
        setDraft(null);
        announce({ title: texts.gateChanged, tone: 'positive' });
      },
    });
  return (
    <Panel
      title={texts.gate}
      aside={
        <Badge tone={gate.paused ? 'caution' : 'positive'} dot>
          {gate.paused ? texts.gateHeld : texts.gateOpen}
        </Badge>
      }
    >
      <LogSlider
        label={texts.rate}
        hint={texts.rateHint}
        unit={texts.perSecond}
        min={1}
        max={100_000}
        value={wanted.rate_per_second}
        disabled={isViewer}
        onChange={(rate_per_second) => setDraft({ ...wanted, rate_per_second })}
      />
      <LogSlider
        label={texts.cap}
        hint={texts.capHint}
        unit={texts.shoppers}
        min={1}
        max={1_000_000}
        value={wanted.max_active}
        disabled={isViewer}
        onChange={(max_active) => setDraft({ ...wanted, max_active })}
      />
      <div className="flex flex-wrap gap-3">
        <ActionButton
          unavailable={changed ? null : texts.nothingChanged}
          onClick={() => setAsked({ rate_per_second: wanted.rate_per_second, max_active: wanted.max_active })}
        >
          {texts.applyGate}
        </ActionButton>
        {changed && (
          <Button look="quiet" onClick={() => setDraft(null)}>
            {texts.discardGate}
          </Button>
        )}
        <ActionButton look="secondary" className="sm:ml-auto" onClick={() => setAsked({ paused: !gate.paused })}>
          {gate.paused ? texts.openGate : texts.holdGate}
        </ActionButton>
      </div>
      <ConfirmDialog
        open={asked !== null}
        onClose={() => setAsked(null)}
        {...(asked ? questionOf(asked, gate) : { title: '', description: '', confirm: '' })}
        busy={changing.isPending}
        error={changing.error}
        onConfirm={confirm}
      />
    </Panel>
  );
}

function questionOf({ paused, rate_per_second: rate, max_active: cap }: GateChange, gate: Gate) {
  if (paused === true) return texts.askHold;
  if (paused === false) return texts.askOpen;
  return {
    title: texts.askGate,
    description: texts.askGateDetail(
      [formatCount(gate.rate_per_second), formatCount(rate ?? gate.rate_per_second)],
      [formatCount(gate.max_active), formatCount(cap ?? gate.max_active)],
    ),
    confirm: texts.applyGate,
  };
}
