import { generatePath, useNavigate } from 'react-router';
import type { SaleDraft } from '#sdk/contract/admin-sale.ts';
import { useSaleAction } from '../live/use-sale-action.ts';
import { PageHeader } from '../parts/page-header.tsx';
import { useToast } from '../parts/toasts.tsx';
import { adminPaths as paths } from '../paths.ts';
import { saleFormTexts as texts } from '../texts/sale-form-texts.ts';
import { salesTexts } from '../texts/sale-texts.ts';
import { SaleForm } from './form/sale-form.tsx';
import { emptySale } from './form/sale-form-state.ts';

export function NewSalePage() {
  const navigate = useNavigate();
  const announce = useToast();
  const creating = useSaleAction((api, draft: SaleDraft) => api.createSale(draft));
  const create = async (draft: SaleDraft) => {
    const { sale_id: saleId, name } = await creating.mutateAsync(draft);
    announce({ title: texts.scheduled(name), tone: 'positive' });
    navigate(generatePath(paths.sale, { saleId }));
  };
  return (
    <>
      <PageHeader back={{ to: paths.sales, label: salesTexts.title }} title={texts.newTitle} lead={texts.newLead} />
      <SaleForm
        initial={() => emptySale(Date.now())}
        submitText={texts.schedule}
        onSubmit={create}
        onDiscard={() => navigate(paths.sales)}
        busy={creating.isPending}
        error={creating.error}
      />
    </>
  );
}
