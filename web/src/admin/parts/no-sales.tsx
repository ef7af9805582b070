import { Link } from 'react-router';
import { buttonClasses } from '../../shared/button.tsx';
import { EmptyState } from '../../shared/empty-state.tsx';
import { adminPaths as paths } from '../paths.ts';
import { partTexts as texts } from '../texts/part-texts.ts';

/** Stands where everything belongs to a sale, and there is none. */
export function NoSales() {
  return (
    <EmptyState
      title={texts.noSalesTitle}
      action={
        <Link to={paths.newSale} className={buttonClasses()}>
          {texts.newSale}
        </Link>
      }
    >
      {texts.noSalesDetail}
    </EmptyState>
  );
}
