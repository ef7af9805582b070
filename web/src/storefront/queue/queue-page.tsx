import { useParams } from 'react-router';
import { WaitingRoomPage } from './waiting-room-page.tsx';

/** The waiting room inside of the storefront. Whoever comes to its address directly gets the smaller page of its own. */
export function QueuePage() {
  const { saleId = '' } = useParams();
  return <WaitingRoomPage key={saleId} saleId={saleId} />;
}
