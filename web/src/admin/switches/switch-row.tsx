import { useState } from 'react';
import { Badge } from '../../shared/badge.tsx';
import { Age } from '../parts/age.tsx';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';
import { useToast } from '../parts/toasts.tsx';
import { ActionButton } from '../session/action-button.tsx';
import { switchesByName, switchTexts as texts } from '../texts/switch-texts.ts';
import { type SwitchName, type Throw, useThrowSwitch } from './use-switches.ts';

interface SwitchRowProps {
  readonly name: SwitchName;
  readonly on: boolean;
  /** When it was thrown last; null: never, as far as is known. */
  readonly last: Throw | null;
}

export function SwitchRow({ name, on, last }: SwitchRowProps) {
  const [asking, setAsking] = useState(false);
  const throwing = useThrowSwitch();
  const announce = useToast();
  const text = switchesByName[name];
  const confirm = () =>
    throwing.mutate(
      { name, on: !on },
      {
        onSuccess: () => {
          setAsking(false);
          announce({ title: capitalized(texts.thrown(text.name, !on)), tone: on ? 'critical' : 'positive' });
        },
      },
    );
  return (
    <li className="grid gap-4 p-5 sm:grid-cols-[minmax(0,1fr)_auto] sm:items-center sm:p-6">
      <div className="grid gap-1">
        <div className="flex items-center gap-3">
          <h2 className="font-semibold">{capitalized(text.name)}</h2>
          <Badge tone={on ? 'positive' : 'critical'} dot>
            {on ? texts.on : texts.offState}
          </Badge>
        </div>
        <p className="max-w-prose text-sm text-muted">{text.off}</p>
        <p className="text-xs text-muted">
          {last ? (
            <>
              {texts.lastThrown(last.on ? 'on' : 'off', last.actor)}, <Age at={last.at} />
            </>
          ) : (
            texts.neverThrown
          )}
        </p>
      </div>
      <ActionButton look={on ? 'secondary' : 'primary'} onClick={() => setAsking(true)}>
        {on ? texts.switchOff(text.name) : texts.switchOn(text.name)}
      </ActionButton>
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={on ? texts.confirmOffTitle(text.name) : texts.confirmOnTitle(text.name)}
        description={on ? text.confirm : texts.confirmOn}
        confirm={on ? texts.switchOff(text.name) : texts.switchOn(text.name)}
        look={on ? 'critical' : 'primary'}
        busy={throwing.isPending}
        error={throwing.error}
        onConfirm={confirm}
      />
    </li>
  );
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
