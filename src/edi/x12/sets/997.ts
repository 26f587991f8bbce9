/** Functional acknowledgment. */
export const SET_997 = `
  ST! AK1! (AK2 (AK3 AK4:99)* AK5!)* AK9! SE!`
