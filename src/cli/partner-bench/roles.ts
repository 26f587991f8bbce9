/** What partners are to a distributor, and which X12 sets go which way between them and us. */
export type PartnerRole = 'retailer' | '3pl' | 'supplier' | 'carrier'

/** The sets of a role. */
export interface RoleTemplate {
  readonly role: PartnerRole
  readonly says: string
  /** Sets we send; whatever else is traded comes from the partner. */
  readonly ours: readonly string[]
  /** Sets without which nothing of the trade works. */
  readonly must: readonly string[]
}

/** The templates, by role. */
export const roles: Readonly<Record<PartnerRole, RoleTemplate>> = {
  retailer: {
    role: 'retailer',
    says: 'orders by 850, wants an 855, a ship notice (856) and an invoice (810)',
    ours: ['855', '856', '810', '865', '846', '832'],
    must: ['850'],
  },
  '3pl': {
    role: '3pl',
    says: 'ships for us: told by 940, answers by 945; stock moves by 943, 944, 947 and 846',
    ours: ['940', '943'],
    must: ['945'],
  },
  supplier: {
    role: 'supplier',
    says: 'we order by 850; it answers by 855, 856 and 810',
    ours: ['850', '860', '820', '861'],
    must: ['855'],
  },
  carrier: {
    role: 'carrier',
    says: 'gets tenders (204); answers by 990, tells by 214, bills by 210',
    ours: ['204'],
    must: ['214'],
  },
}
