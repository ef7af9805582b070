import { Type } from 'typebox';
import { userId } from './fields.ts';
import { operation } from './operation.ts';

export const eraseCustomer = operation({
  id: 'eraseCustomer',
  method: 'DELETE',
  path: '/api/v1/admin/customers/:user_id',
  summary: "Erase a buyer's personal data",
  description: 'Name, e-mail, phone, address and payment tokens go; orders stay.',
  tags: ['admin: orders'],
  auth: 'operator',
  params: Type.Object({ user_id: userId }),
  responses: {
    200: Type.Object({
      orders_erased: Type.Integer({ minimum: 0, description: 'Orders that held personal data.', examples: [2] }),
    }),
  },
  problems: ['store_unavailable'],
});
