/** Why a request of a client was not done: what it is told. Made for every no, so it carries no stack. */
export class Refusal {
  readonly code: 'NO_SUCH_FILE' | 'PERMISSION_DENIED' | 'FAILURE' | 'OP_UNSUPPORTED' | 'EOF'
  readonly says: string

  constructor(code: Refusal['code'], says: string) {
    this.code = code
    this.says = says
  }
}

export const notThere = (): Refusal => new Refusal('NO_SUCH_FILE', 'There is no such file.')
export const notAllowed = (says: string): Refusal => new Refusal('PERMISSION_DENIED', says)
export const failed = (says: string): Refusal => new Refusal('FAILURE', says)
