/** A shipment has the name its warehouse gave it; the hub may put the system in front, so that two warehouses can count alike. */
export class ShipmentNames {
  readonly #known = new Map<string, string>()

  /** A warehouse named a shipment. Answers the name used in this check. */
  add(system: string, number: string): string {
    const whole = number.startsWith(`${system}-`) ? number : `${system}-${number}`
    this.#known.set(number, whole)
    this.#known.set(whole, whole)
    return whole
  }

  /** The name used in this check for what anybody calls a shipment; undefined when no warehouse knows it. */
  get(name: string): string | undefined {
    return this.#known.get(name)
  }
}
