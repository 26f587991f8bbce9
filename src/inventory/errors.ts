import { defineErrors } from '../base/errors.ts'

export const errors = defineErrors('inventory', {
  UOM_CONVERSION: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: (item: string, why: string) => `The units of ${item} cannot be used: ${why}.`,
    remedy: 'Correct the conversions of the item in the ERP; a missing factor is never taken as one to one.',
  },
  UNKNOWN_ITEM: {
    kind: 'reference',
    status: 404,
    retry: 'after-fix',
    says: (item: string) => `There is no item ${item} here.`,
    remedy: 'Ask with our own SKU; items come from the ERP, so send the item first when it is new.',
  },
  UNKNOWN_FACILITY: {
    kind: 'reference',
    status: 404,
    retry: 'after-fix',
    says: (facility: string) => `There is no facility ${facility} here.`,
    remedy: 'Name a facility of the configuration, or leave it out to ask them all.',
  },
})
