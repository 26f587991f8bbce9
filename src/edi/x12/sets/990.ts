/** Response to a load tender. */
export const SET_990 = `
  ST! B1! N9 G62:6 N7 L9:40 V9:10 K1:10 (S5 N9:10 G62:10 K1:10):999 SE!`
