/** Implementation acknowledgment. */
export const SET_999 = `
  ST! AK1! (AK2 (IK3 CTX:10 (IK4 CTX:10):99)* IK5!)* AK9! SE!`
