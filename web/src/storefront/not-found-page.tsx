import { Link } from 'react-router';
import { buttonClasses } from '../shared/button.tsx';
import { EmptyState } from '../shared/empty-state.tsx';
import { storefrontPaths as paths } from './paths.ts';
import { texts } from './texts.ts';

export function NotFoundPage() {
  const home = (
    <Link to={paths.home} className={buttonClasses()}>
      {texts.allSales}
    </Link>
  );
  return (
    <EmptyState isPage title={texts.notFoundTitle} action={home}>
      {texts.notFoundDetail}
    </EmptyState>
  );
}
