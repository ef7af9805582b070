import { useQuery } from '@tanstack/react-query';
import { generatePath, useNavigate, useParams } from 'react-router';
import type { AdminSale, SaleDraft } from '#sdk/contract/admin-sale.ts';
import { useApi } from '../../shared/api.tsx';
import { ErrorState } from '../../shared/error-state.tsx';
import { PageSkeleton } from '../../shared/skeleton.tsx';
import { useSaleAction } from '../live/use-sale-action.ts';
import { PageHeader } from '../parts/page-header.tsx';
import { useToast } from '../parts/toasts.tsx';
import { adminPaths as paths } from '../paths.ts';
import { saleFormTexts as texts } from '../texts/sale-form-texts.ts';
import { SaleForm } from './form/sale-form.tsx';
import { formOf } from './form/sale-form-state.ts';

export function EditSalePage() {
  const { saleId = '' } = useParams();
  const api = useApi();
  const { data, error, refetch } = useQuery({
    queryKey: ['sales', 'edited', saleId],
    queryFn: () => api.readAdminSale({ sale_id: saleId }),
    // What is typed must not change under the hands of whoever types it.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  if (data) return <EditedSale sale={data} />;
  return error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <PageSkeleton />;
}

function EditedSale({ sale }: { readonly sale: AdminSale }) {
  const navigate = useNavigate();
  const announce = useToast();
  const here = generatePath(paths.sale, { saleId: sale.sale_id });
  const saving = useSaleAction((api, draft: SaleDraft) => api.changeSale({ sale_id: sale.sale_id, ...draft }));
  const save = async (draft: SaleDraft) => {
    await saving.mutateAsync(draft);
    announce({ title: texts.saved, tone: 'positive' });
    navigate(here);
  };
  return (
    <>
      <PageHeader back={{ to: here, label: sale.name }} title={texts.editTitle(sale.name)} />
      <SaleForm
        initial={() => formOf(sale)}
        submitText={texts.save}
        onSubmit={save}
        onDiscard={() => navigate(here)}
        busy={saving.isPending}
        error={saving.error}
      />
    </>
  );
}
