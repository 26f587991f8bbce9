import { refusalRoutes } from '../../../src/cases/refusal-routes.ts'
import { routes as caseRoutes } from '../../../src/cases/routes.ts'
import { trialRoutes } from '../../../src/cases/trial-routes.ts'
import { routes as deliveryRoutes } from '../../../src/delivery/routes.ts'
import { as2Routes } from '../../../src/gateway/as2-door.ts'
import { doorways } from '../../../src/gateway/doorways.ts'
import { hooks } from '../../../src/gateway/hooks.ts'
import { operations } from '../../../src/gateway/operations.ts'
import { httpReference } from '../../../src/gateway/reference.ts'
import { refusedRequestRoutes } from '../../../src/governance/refusal-routes.ts'
import { routes as governanceRoutes } from '../../../src/governance/routes.ts'
import { benchRoutes } from '../../../src/hub/partner-bench/routes.ts'
import { arrivalRoutes } from '../../../src/intake/arrival-routes.ts'
import { holdRoutes } from '../../../src/intake/hold-routes.ts'
import { partnerRoutes } from '../../../src/intake/partner-routes.ts'
import { relayRoutes } from '../../../src/intake/relay-routes.ts'
import { routes as intakeRoutes } from '../../../src/intake/routes.ts'
import { routes as inventoryRoutes } from '../../../src/inventory/routes.ts'
import { parkedRoutes } from '../../../src/journal/parked-routes.ts'
import type { Route } from '../../../src/journal/route.ts'
import { routes as replayRoutes } from '../../../src/replay/routes.ts'
import { documentRoutes } from '../../../src/visibility/document-routes.ts'
import { routes as visibilityRoutes } from '../../../src/visibility/routes.ts'

/** Every door of a hub that is no demo. The tutorial's test compares the page with the doors a running hub lists. */
export const doors = [
  ...intakeRoutes,
  ...holdRoutes,
  ...partnerRoutes,
  ...benchRoutes,
  ...relayRoutes,
  ...arrivalRoutes,
  ...visibilityRoutes,
  ...documentRoutes,
  ...inventoryRoutes,
  ...caseRoutes,
  ...trialRoutes,
  ...refusalRoutes,
  ...deliveryRoutes,
  ...parkedRoutes,
  ...replayRoutes,
  ...governanceRoutes,
  ...refusedRequestRoutes,
  ...doorways,
  ...hooks,
  ...as2Routes,
  ...operations({ openMetrics: false }),
] as unknown as readonly Route<never>[]

/** `docs/reference/http.md`. */
export const httpPage = (): string => httpReference(doors)
