import { defineErrors } from '../base/errors.ts'

export const errors = defineErrors('visibility', {
  UNKNOWN_KEY: {
    kind: 'reference',
    status: 404,
    retry: 'after-fix',
    says: (key: string) => `Nothing here is called ${key}.`,
    remedy:
      'Ask with an order id, purchase order, ERP number, shipment, tracking number, carton or invoice number. Documents that were handed on are listed by partner.',
  },
  SEVERAL: {
    kind: 'conflict',
    status: 409,
    retry: 'after-fix',
    says: (key: string, count: string) => `${count} orders are called ${key}.`,
    remedy: 'Ask with the id of the one that is meant; it stands first in each line.',
  },
})
