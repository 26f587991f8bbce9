/** What the codes say that distributors and their partners use most, by the number of their element. Written in our own words. */
export const CODE_NAMES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '66': named(
    '1: DUNS number; 2: carrier code; 4: ISO country; 9: DUNS with suffix; 12: telephone; 21: health industry number; ' +
      '25: carrier customer code; 91: number by the seller; 92: number by the buyer; 93: number by the issuer; 94: number by the receiver; ' +
      'FI: tax number; SV: service provider; UL: global location number; ZZ: mutually defined',
  ),
  '92': named(
    'BE: blanket with schedule; BK: blanket; BL: blanket estimated; CF: confirmation; CN: consigned; DR: direct ship; DS: drop ship; ' +
      'EO: emergency; IN: information; KN: cross dock; NE: new order; OS: special order; PR: promotion; RE: reorder; RL: release; ' +
      'RO: rush; SA: stand-alone; SP: sample; SS: supply or service; UE: unpriced',
  ),
  '98': named(
    'BO: broker; BT: bill to; BY: buyer; CA: carrier; CN: consignee; DB: distributor branch; DE: depositor; DS: distributor; FR: message from; ' +
      'MF: manufacturer; OB: ordered by; PE: payee; PR: payer; RE: remit to; RI: remit to; RL: reporting location; RT: return to; ' +
      'SE: seller; SF: ship from; SH: shipper; SN: store; SO: sold to; ST: ship to; SU: supplier; TO: message to; VN: vendor; WH: warehouse; ' +
      'Z7: mark for',
  ),
  '128': named(
    'AO: appointment; BM: bill of lading; BX: work order; CN: carrier number; CO: customer order; CT: contract; DP: department; ' +
      'IA: internal vendor; IV: invoice; LI: line item; LT: lot; MA: ship notice; OQ: order; PD: promotion; PK: packing list; PO: purchase order; ' +
      'RZ: return authorization; SE: serial number; SI: shipper number; SN: seal; VN: vendor order; VR: vendor; WH: master bill; ' +
      'ZZ: mutually defined; 2I: tracking number; 11: account; 19: division',
  ),
  '146': named(
    'BP: paid by buyer; CC: collect; DF: as agreed; MX: mixed; PB: customer pick-up; PC: prepaid, charged to customer; PO: prepaid only; ' +
      'PP: prepaid by seller; PU: pick-up; TP: third party',
  ),
  '235': named(
    'BP: buyer part; CB: buyer catalog; EN: EAN; IN: buyer item; LT: lot; MF: manufacturer; MG: manufacturer part; ND: national drug code; ' +
      'PI: purchaser item; SK: stock number; SN: serial number; UA: UPC case; UI: UPC consumer package; UK: GTIN-14; UP: UPC; VA: vendor style; ' +
      'VC: vendor catalog; VN: vendor item; VP: vendor part',
  ),
  '353': named(
    '00: original; 01: cancellation; 04: change; 05: replacement; 06: confirmation; 07: duplicate; 08: status; 11: response; ' +
      '13: request; 14: advance notice; 18: reissue; 22: information; 24: draft; 28: simulation; CN: completed; NA: none; SU: status update',
  ),
  '355': named(
    'BG: bag; BX: box; CA: case; CT: carton; DZ: dozen; EA: each; FT: foot; GA: gallon; KG: kilogram; LB: pound; PC: piece; PK: package; ' +
      'PL: pallet; PR: pair; RL: roll; ST: set; TN: ton',
  ),
  '374': named(
    '001: cancel after; 002: delivery requested; 003: invoice; 004: order; 007: effective; 010: requested ship; 011: shipped; ' +
      '017: estimated delivery; 018: available; 035: delivered; 036: expiration; 037: ship not before; 038: ship no later; 050: received; ' +
      '063: do not deliver after; 064: do not deliver before; 067: current schedule delivery; 068: current schedule ship; ' +
      '069: promised delivery; 090: report start; 091: report end; 097: transaction creation; 118: requested pick-up; 139: estimated',
  ),
  '587': named(
    'AC: with detail and change; AD: with detail, no change; AE: with exception detail only; AK: no detail or change; AT: accepted; ' +
      'RD: rejected with detail; RF: rejected with exception detail; RJ: rejected; RO: rejected with counter offer',
  ),
  '640': named(
    'CN: credit invoice; CR: credit memo; DI: debit invoice; DR: debit memo; PR: product or service; RL: release; SA: stand-alone; ' +
      'SS: supply or service',
  ),
  '668': named(
    'BP: part shipped, balance back-ordered; DR: date rescheduled; IA: accepted; IB: back-ordered; IC: accepted, changes made; ID: deleted; ' +
      'IE: accepted, price pending; IF: on hold, incomplete; IH: on hold; IP: accepted, price changed; IQ: accepted, quantity changed; ' +
      'IR: rejected; IS: accepted, substituted; IW: on hold, waiver needed; R2: invalid item; R3: invalid unit; SP: accepted, schedule pending',
  ),
  '670': named(
    'AI: item added; CA: item changed; CB: date terms changed; CT: dates changed; DI: item deleted; MU: several changes; NC: no change; ' +
      'PC: price changed; PQ: unit price and quantity changed; QD: quantity less; QI: quantity more; RZ: replace all values',
  ),
  '673': named(
    '01: discrete; 02: cumulative; 17: on hand; 20: unusable; 22: back-ordered; 32: sold; 33: available for sale; 38: original; 39: shipped; ' +
      '63: on order; 87: received; QH: on hold; QS: sold',
  ),
  '859': named(
    'QA: on hand; QB: beginning balance; QC: committed; QO: out of stock; QP: on order; QR: received; QS: sold; QT: adjusted; QU: returned; ' +
      'QW: withdrawn',
  ),
  '1650': named(
    'A3: shipment returned; A7: refused by consignee; AA: pick-up appointment; AB: delivery appointment; AF: departed from pick-up; ' +
      'AG: estimated delivery; AM: loaded on truck; CA: cancelled; CD: carrier departed delivery; CP: loading completed; D1: delivered; ' +
      'I1: in gate; J1: delivered to next carrier; OA: out gate; P1: departed terminal; R1: received from prior carrier; SD: delayed; ' +
      'X1: arrived at delivery; X2: estimated arrival at consignee; X3: arrived at pick-up; X4: arrived at terminal; X6: en route; XB: accepted',
  ),
}

function named(text: string): Record<string, string> {
  return Object.fromEntries(text.split('; ').map((entry) => entry.split(': ') as [string, string]))
}

/** The code with what it says, `ST (ship to)`, or alone when no name is known. */
export function codeInWords(reference: number, code: string): string {
  const name = CODE_NAMES[String(reference)]?.[code]
  return name === undefined ? code : `${code} (${name})`
}
