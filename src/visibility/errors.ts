import { defineErrors } from '../base/errors.ts'

export const errors = defineErrors('visibility', {
  UNKNOWN_KEY: {
    kind: 'reference',
    status: 404,
    retry: 'after-fix',
    says: (key: string) => `Nothing here is called ${key}.`,
    remedy: 'Ask with an order id, purchase order, ERP number, shipment, tracking number, carton or invoice number.',
  },
})
