import { Link } from 'react-router';
import { Notice } from '../../shared/notice.tsx';
import { adminPaths as paths } from '../paths.ts';
import { switchesByName, switchTexts as texts } from '../texts/switch-texts.ts';
import { SWITCH_NAMES, useSwitches } from './use-switches.ts';

/** On every page while a switch is off: nobody looks for long why a sale stands still. */
export function SwitchesNotice() {
  const { data } = useSwitches();
  const off = SWITCH_NAMES.filter((name) => data && !data[name]);
  if (off.length === 0) return null;
  return (
    <div className="mb-6">
      <Notice tone="critical" live>
        <p className="flex flex-wrap items-center gap-x-3 font-medium">
          {texts.someAreOff(off.map((name) => switchesByName[name].name).join(', '))}
          <Link
            to={paths.switches}
            className="inline-flex min-h-11 items-center underline underline-offset-4 sm:min-h-0"
          >
            {texts.toSwitches}
          </Link>
        </p>
      </Notice>
    </div>
  );
}
