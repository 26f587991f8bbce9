import { defineErrors } from '../../base/errors.ts'

/** What can be wrong with a layout, or with what we are to write by one. Faults in what partners write are in `faults.ts`. */
export const errors = defineErrors('edi', {
  FLAT_LAYOUT: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: (why: string) => `This layout cannot be used: ${why}.`,
    remedy: 'Correct the layout in the configuration; it is checked when it is declared, before any file comes.',
  },
  FLAT_VALUE: {
    kind: 'validation',
    status: 422,
    retry: 'after-fix',
    says: (field: string, why: string) => `${field} cannot be written: ${why}.`,
    remedy: 'Give a value that fits the field, or declare a wider one.',
  },
})
