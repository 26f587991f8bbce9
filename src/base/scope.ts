/** Who a row belongs to. Every function that touches a table takes it as an argument. */
export interface Scope {
  readonly tenant: string
  readonly company?: string
  readonly facility?: string
  readonly partner?: string
  readonly environment?: 'test' | 'production'
}
