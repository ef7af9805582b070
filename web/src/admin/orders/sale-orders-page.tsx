import { Navigate, useParams } from 'react-router';
import { ordersPathOf } from '../parts/order-paths.ts';

/** An address that names the sale in its path leads to the page of all orders. */
export function SaleOrdersPage() {
  const { saleId = '' } = useParams();
  return <Navigate replace to={ordersPathOf(saleId)} />;
}
